package io.forrest.haproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tables of HAProxy's statistics, as text and read, of as few columns as a test needs. */
final class Tables {

    private static final String HEAD =
            "# pxname,svname,scur,stot,econ,eresp,status,weight,lbtot,type,check_status,hrsp_5xx,req_tot,rtime,addr,mode,\n";

    private Tables() {}

    /** A server of the backend "app". */
    record Server(
            String name,
            String status,
            int weight,
            long sessions,
            long requests,
            long errors,
            long responseTime,
            String check,
            String address) {

        static Server up(String name) {
            return new Server(name, "UP", 1, 0, 0, 0, 0, "L4OK", "");
        }

        Server at(String address) {
            return new Server(name, status, weight, sessions, requests, errors, responseTime, check, address);
        }

        Server is(String status) {
            return new Server(name, status, weight, sessions, requests, errors, responseTime, check, address);
        }

        Server check(String check) {
            return new Server(name, status, weight, sessions, requests, errors, responseTime, check, address);
        }

        Server weight(int weight) {
            return new Server(name, status, weight, sessions, requests, errors, responseTime, check, address);
        }

        Server sessions(long sessions) {
            return new Server(name, status, weight, sessions, requests, errors, responseTime, check, address);
        }

        Server counts(long requests, long errors) {
            return new Server(name, status, weight, sessions, requests, errors, responseTime, check, address);
        }

        Server responseTime(long millis) {
            return new Server(name, status, weight, sessions, requests, errors, millis, check, address);
        }

        private String line(String backend) {
            return Stream.of(
                            backend,
                            name,
                            sessions,
                            requests,
                            0,
                            errors,
                            status,
                            weight,
                            requests,
                            2,
                            check,
                            0,
                            requests,
                            responseTime,
                            address,
                            "http")
                    .map(Object::toString)
                    .collect(Collectors.joining(",", "", ",\n"));
        }
    }

    static String text(String backend, Server... servers) {
        return HEAD
                + Arrays.stream(servers).map(server -> server.line(backend)).collect(Collectors.joining())
                + closing(backend);
    }

    private static String closing(String backend) {
        return backend + ",BACKEND,0,0,0,0,UP,1,0,1,,0,0,0,,http,\n";
    }

    static StatsTable of(Server... servers) {
        return in("app", servers);
    }

    static StatsTable in(String backend, Server... servers) {
        try {
            return StatsTable.parse(text(backend, servers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StatsTable both(StatsTable first, StatsTable second) {
        return new StatsTable(
                Stream.concat(first.rows().stream(), second.rows().stream()).toList());
    }
}
