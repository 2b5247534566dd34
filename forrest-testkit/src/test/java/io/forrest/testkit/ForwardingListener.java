package io.forrest.testkit;

import io.forrest.spi.Announcement;
import io.forrest.spi.RegistryListener;
import java.util.List;

/** Hands everything on, so that a wrong watch has a single method to get wrong. */
class ForwardingListener implements RegistryListener {

    final RegistryListener listener;

    ForwardingListener(RegistryListener listener) {
        this.listener = listener;
    }

    /** Makes each call. */
    void call(Runnable call) {
        call.run();
    }

    @Override
    public void snapshot(List<Announcement> announcements) {
        call(() -> listener.snapshot(announcements));
    }

    @Override
    public void announced(Announcement announcement) {
        call(() -> listener.announced(announcement));
    }

    @Override
    public void withdrawn(Announcement announcement) {
        call(() -> listener.withdrawn(announcement));
    }

    @Override
    public void disconnected(String why) {
        call(() -> listener.disconnected(why));
    }

    @Override
    public void reconnected() {
        call(listener::reconnected);
    }
}
