package io.forrest;

import static java.util.Objects.requireNonNull;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * An address and a port under which an application answers: what stands in the registry, and what a probe tries.
 * Always an IP literal, never a host name: a name would be resolved by whoever reads it, at a time of its choosing, to
 * something else. Immutable and thread-safe.
 *
 * @param address an address of one host: neither the wildcard nor multicast
 * @param port 1 to 65,535
 */
public record Endpoint(InetAddress address, int port) {

    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
    /** What the JDK takes for a literal and does not look up: it decides by the first character. */
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]{1,44}");

    private static final int MAX_PORT = 65_535;

    /**
     * Checks address and port.
     *
     * @throws IllegalArgumentException if the address is a wildcard, multicast or scoped one, or the port out of range
     */
    public Endpoint {
        requireNonNull(address, "address");
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IllegalArgumentException(
                    "an endpoint needs the address of one host, was " + address.getHostAddress());
        }
        if (address instanceof Inet6Address && address.getHostAddress().indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    "an endpoint's address cannot have a scope, was " + address.getHostAddress());
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port must be from 1 to 65535, was " + port);
        }
    }

    /**
     * Returns the endpoint of an IP literal and a port.
     *
     * @param ip an IPv4 or IPv6 literal; a host name is not looked up but refused
     * @param port 1 to 65,535
     * @return the endpoint
     * @throws IllegalArgumentException if {@code ip} is no literal of one host's address, or the port out of range
     */
    public static Endpoint of(String ip, int port) {
        return new Endpoint(address(ip), port);
    }

    /**
     * Reads what {@link #toString()} wrote.
     *
     * @param text {@code 10.0.0.5:32768} or {@code [fd00::5]:32768}
     * @return the endpoint
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Endpoint parse(String text) {
        requireNonNull(text, "text");
        int colon = text.lastIndexOf(':');
        String port = text.substring(colon + 1);
        if (colon < 0 || !port.matches("[1-9]\\d{0,4}")) {
            throw new IllegalArgumentException("not an endpoint (ip:port): \"" + Printable.of(text) + "\"");
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.indexOf(':') >= 0 != bracketed) {
            throw new IllegalArgumentException(
                    "not an endpoint (an IPv6 address stands in brackets): \"" + Printable.of(text) + "\"");
        }
        return of(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
    }

    /**
     * Returns the address of an IP literal, without asking any name service.
     *
     * @param ip an IPv4 or IPv6 literal
     * @return the address
     * @throws IllegalArgumentException if {@code ip} is not a literal
     */
    public static InetAddress address(String ip) {
        requireNonNull(ip, "ip");
        if (IPV4.matcher(ip).matches() || IPV6.matcher(ip).matches()) {
            try {
                return InetAddress.getByName(ip);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException("not an IP address: \"" + Printable.of(ip) + "\"", e);
            }
        }
        throw new IllegalArgumentException(
                "not an IP address (a host name cannot stand here): \"" + Printable.of(ip) + "\"");
    }

    /**
     * Returns this endpoint as a socket's address, resolved.
     *
     * @return the socket address
     */
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** Returns {@code ip:port}, an IPv6 address in brackets: exactly what stands in the registry. */
    @Override
    public String toString() {
        String ip = address.getHostAddress();
        return (address instanceof Inet6Address ? "[" + ip + "]" : ip) + ":" + port;
    }
}
