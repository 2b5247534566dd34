package io.forrest.docker;

import com.github.dockerjava.core.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A folder with the certificates for an engine, by the names that Docker gives them: {@code ca.pem}, {@code cert.pem} and
 * {@code key.pem}. docker-java's own reader speaks unencrypted where one of them is missing; this one refuses.
 */
final class TlsFolder {

    private static final char[] NO_PASSWORD = new char[0];

    private TlsFolder() {}

    /**
     * Reads the folder.
     *
     * @return verifies the engine by {@code ca.pem}, by the JDK's own authorities where that is missing, and shows
     *     {@code cert.pem} where the folder has it
     * @throws IllegalArgumentException if a file is missing or not what its name says
     */
    static SSLContext context(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "there is no folder " + folder + " with the certificates for the engine");
        }
        Path authority = folder.resolve("ca.pem");
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        if (Files.exists(certificate) != Files.exists(key)) {
            throw new IllegalArgumentException(
                    "of cert.pem and key.pem the folder " + folder + " has one only; it needs both or neither");
        }
        if (!Files.exists(authority) && !Files.exists(certificate)) {
            throw new IllegalArgumentException("the folder " + folder + " has neither ca.pem nor cert.pem and key.pem");
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    Files.exists(key) ? keyManagers(certificate, key) : null,
                    Files.exists(authority) ? trustManagers(authority) : null,
                    null);
            return context;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new IllegalArgumentException("cannot use the certificates in " + folder + ": " + e.getMessage(), e);
        }
    }

    private static KeyManager[] keyManagers(Path certificate, Path key) throws IOException, GeneralSecurityException {
        // read by docker-java's parser, for OpenSSL's older forms of a key are not among the JDK's
        @Nullable PrivateKey read = CertificateUtils.loadPrivateKey(Files.readString(key));
        if (read == null) {
            throw new CertificateException(key + " holds no key that can be read without a password");
        }
        KeyStore store = emptyStore();
        store.setKeyEntry("client", read, NO_PASSWORD, certificates(certificate).toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static TrustManager[] trustManagers(Path authority) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        int count = 0;
        for (Certificate each : certificates(authority)) {
            store.setCertificateEntry("ca-" + count++, each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new CertificateException(file + " holds no certificate");
            }
            return certificates;
        }
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
