package io.forrest;

/** Whether {@link Scaler#reconcile(ReconcileMode)} acts or only looks. Immutable and thread-safe. */
public enum ReconcileMode {
    /** What is wrong is put right. */
    REPAIR,
    /** Nothing is changed: what would be done is told. */
    DRY_RUN
}
