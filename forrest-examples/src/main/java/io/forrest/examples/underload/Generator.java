package io.forrest.examples.underload;

/** What can make load. */
enum Generator {
    JAVA,
    WRK
}
