package io.forrest;

/**
 * Says that a fleet cannot be changed now, because somebody else is changing it, or because a rollout of it has not ended. Nothing
 * was changed. The call may be repeated; a rollout that its process's death cut off waits to be resumed or rolled back.
 */
public class FleetBusyException extends ForrestException {

    private static final long serialVersionUID = 1L;

    private final String holder;

    /**
     * Creates the exception.
     *
     * @param message which fleet, who changes it, and what to do next
     * @param holder who holds the fleet's lease, or the name of the rollout that has not ended
     */
    public FleetBusyException(String message, String holder) {
        super(message, null, Failure.unspecified());
        this.holder = holder;
    }

    /**
     * Returns who is in the way.
     *
     * @return the process that holds the fleet's lease, as host and process id; or the rollout that has not ended, its name first
     */
    public String holder() {
        return holder;
    }
}
