package io.forrest.etcd;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the changes to the log. Immutable and thread-safe. */
final class LoggedFailover implements FailoverListener {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdV2Registry.class);

    @Override
    public void failedOver(URI from, URI to, String why) {
        LOG.warn("etcd at {} does not answer as it should: {}; {} is asked from now on", from, why, to);
    }

    @Override
    public void disconnected(String why) {
        LOG.warn("etcd does not answer as it should, at any endpoint: {}", why);
    }

    @Override
    public void connected(URI endpoint) {
        LOG.info("etcd answers again, at {}", endpoint);
    }
}
