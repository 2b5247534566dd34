package io.forrest.testkit;

import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Drained;
import io.forrest.spi.Served;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A contract is worth what it finds: each of these balancers is wrong in one way, and is found out. */
class BalancerContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongBalancer_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(ServesNothing.class, "awaitServing_announced_isServed"),
                Map.entry(LooksOnceOnly.class, "awaitServing_neverAnnounced_takesItsTime"),
                Map.entry(ServesAnything.class, "awaitServing_withinZero_looksOnce"),
                Map.entry(NamesNobody.class, "awaitServing_neverAnnounced_saysWhoDoesNotServeIt"),
                Map.entry(LooksAtNamesAlone.class, "awaitServing_atAnotherEndpoint_isNotTakenForServed"),
                Map.entry(NeverDrains.class, "awaitDrained_withdrawn_isDrained"),
                Map.entry(AlwaysTakesAllTheTime.class, "awaitDrained_withdrawnAndSeen_endsEarly"),
                Map.entry(DrainsWhatIsServed.class, "awaitDrained_stillServed_saysWhoServesIt"),
                Map.entry(GivesUpDraining.class, "awaitDrained_stillServed_takesItsTime"),
                Map.entry(IgnoresEarlyInterrupts.class, "awaiting_interruptedBefore_throws"),
                Map.entry(SwallowsInterrupts.class, "awaiting_interruptedMeanwhile_throwsSoon"),
                Map.entry(InventsTraffic.class, "traffic_ofUnknownName_isEmpty"),
                Map.entry(SendsForEver.class, "traffic_withdrawn_isNotServing"),
                Map.entry(ClosesOnce.class, "close_thrice_keepsWhatIsServed"),
                Map.entry(NeverCloses.class, "anyCall_afterClose_isAnIllegalState")));
    }

    static class ServesNothing extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
                    Served served = right.awaitServing(announcement, Duration.ZERO);
                    return new Served(false, List.of("one: DOWN"), served.unreachable(), served.blindSpots());
                }
            };
        }
    }

    static class LooksOnceOnly extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
                    return right.awaitServing(announcement, Duration.ZERO);
                }
            };
        }
    }

    static class ServesAnything extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Served awaitServing(Announcement announcement, Duration within) {
                    return new Served(true, List.of(), List.of(), List.of());
                }
            };
        }
    }

    static class NamesNobody extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
                    return new Served(
                            right.awaitServing(announcement, within).serving(), List.of(), List.of(), List.of());
                }
            };
        }
    }

    static class LooksAtNamesAlone extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
                    boolean known = registry().announcements().stream()
                            .anyMatch(standing -> standing.name().equals(announcement.name()));
                    return known
                            ? new Served(true, List.of(), List.of(), List.of())
                            : right.awaitServing(announcement, within);
                }
            };
        }
    }

    static class NeverDrains extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Drained awaitDrained(Announcement announcement, Duration within) {
                    return new Drained(false, 1, List.of("one: DRAIN"), List.of(), List.of());
                }
            };
        }
    }

    static class AlwaysTakesAllTheTime extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException {
                    TimeSource.system().sleep(within);
                    return right.awaitDrained(announcement, Duration.ZERO);
                }
            };
        }
    }

    static class DrainsWhatIsServed extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Drained awaitDrained(Announcement announcement, Duration within) {
                    return new Drained(true, 0, List.of(), List.of(), List.of());
                }
            };
        }
    }

    static class GivesUpDraining extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException {
                    return right.awaitDrained(announcement, Duration.ZERO);
                }
            };
        }
    }

    static class IgnoresEarlyInterrupts extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
                    boolean unused = Thread.interrupted();
                    return right.awaitServing(announcement, within);
                }
            };
        }
    }

    static class SwallowsInterrupts extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Drained awaitDrained(Announcement announcement, Duration within) {
                    try {
                        return right.awaitDrained(announcement, within);
                    } catch (InterruptedException e) {
                        return new Drained(false, 0, List.of("one: interrupted"), List.of(), List.of());
                    }
                }
            };
        }
    }

    static class InventsTraffic extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Optional<Traffic> traffic(String name) {
                    Traffic none = new Traffic(false, "unknown", 0, 0, 0, Duration.ZERO);
                    return Optional.of(right.traffic(name).orElse(none));
                }
            };
        }
    }

    static class SendsForEver extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public Optional<Traffic> traffic(String name) {
                    return Optional.of(new Traffic(true, "UP", 0, 0, 0, Duration.ZERO));
                }
            };
        }
    }

    static class ClosesOnce extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                private boolean closed;

                @Override
                public void close() {
                    if (closed) {
                        throw new IllegalStateException("closed already");
                    }
                    closed = true;
                    right.close();
                }
            };
        }
    }

    static class NeverCloses extends WrongBalancerContract {
        @Override
        Balancer wrong(FakeBalancer right) {
            return new DelegatingBalancer(right) {
                @Override
                public void close() {}
            };
        }
    }
}
