package io.forrest.examples.cli;

import java.util.List;
import java.util.Optional;

/**
 * Where a command looks and what it calls this host: of the options, else of the environment, else by default. Immutable
 * and thread-safe.
 *
 * @param etcd the etcd
 * @param prefix the folder of the keys, with a leading slash and without one at its end
 * @param ip the address to announce; empty: Forrest finds it
 * @param haproxies what balances; empty: nobody asks
 */
record Settings(EtcdHosts etcd, String prefix, Optional<String> ip, List<HaproxyAddress> haproxies) {

    static final String DEFAULT_ETCD = "127.0.0.1:4001";
    static final String DEFAULT_PREFIX = "servers";

    Settings {
        haproxies = List.copyOf(haproxies);
    }

    /**
     * Reads the texts.
     *
     * @throws IllegalArgumentException if one of them cannot be what it shall be
     */
    static Settings of(String etcd, String prefix, Optional<String> ip, List<HaproxyAddress> haproxies) {
        return new Settings(EtcdHosts.parse(etcd), "/" + prefix.replaceAll("^/+|/+$", ""), ip, haproxies);
    }
}
