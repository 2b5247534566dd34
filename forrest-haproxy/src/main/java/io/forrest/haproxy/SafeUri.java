package io.forrest.haproxy;

import java.net.URI;

/** Shows a URI without what may be secret in it. */
final class SafeUri {

    private SafeUri() {}

    /** Returns the URI without user and password. */
    static String of(URI uri) {
        String text = uri.toString();
        if (uri.isOpaque() && text.indexOf('@') >= 0) {
            return uri.getScheme() + ":..."; // http:user:password@host, say, has no authority
        }
        String authority = uri.getRawAuthority();
        if (authority == null || authority.indexOf('@') < 0) {
            return text;
        }
        return text.replace(authority, authority.substring(authority.lastIndexOf('@') + 1));
    }
}
