package io.forrest.etcd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes a TLS context of the PEM files (RFC 7468) that etcd's own tools use. Messages name the file, never what is in it. */
final class PemFiles {

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /** Makes the context; null stands for the JDK's authorities, and for no certificate of the client's own. */
    static SSLContext context(@Nullable Path trusted, @Nullable Path certificate, @Nullable Path privateKey) {
        try {
            TrustManager @Nullable [] trust = trusted == null ? null : trust(trusted);
            KeyManager @Nullable [] own =
                    certificate == null || privateKey == null ? null : own(certificate, privateKey);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, trust, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot make a TLS context of the certificate files", e);
        }
    }

    private static TrustManager[] trust(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        int count = 0;
        for (Certificate authority : certificates(file)) {
            count++;
            store.setCertificateEntry("authority-" + count, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] own(Path certificate, Path privateKey) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        char[] none = {};
        store.setKeyEntry("client", privateKey(privateKey), none, certificates(certificate));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, none);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate[] certificates(Path file) {
        try {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes(file)));
            if (!found.isEmpty()) {
                return found.toArray(new X509Certificate[0]);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no certificates in PEM form: " + file, e);
        }
        throw new IllegalArgumentException("no certificates in PEM form: " + file);
    }

    private static PrivateKey privateKey(Path file) throws GeneralSecurityException {
        Matcher pem = PRIVATE_KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new IllegalArgumentException("no unencrypted PKCS#8 key (\"BEGIN PRIVATE KEY\") in PEM form: " + file
                    + "; \"openssl pkcs8 -topk8 -nocrypt\" makes one of another");
        }
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(decode(pem.group(1), file));
        for (String algorithm : new String[] {"RSA", "EC"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                // The next algorithm; the parser's words are about bytes of the key, and are not repeated
            }
        }
        throw new IllegalArgumentException("neither an RSA nor an EC key: " + file);
    }

    private static byte[] decode(String base64, Path file) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // Without the cause, which repeats a character of the key
            throw new IllegalArgumentException("not in PEM form: " + file);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot read " + file + " (" + e.getClass().getSimpleName() + ")", e);
        }
    }
}
