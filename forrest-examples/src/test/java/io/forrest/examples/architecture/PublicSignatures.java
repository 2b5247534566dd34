package io.forrest.examples.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether all that users can see of a class names only Forrest's types and the JDK's, generic arguments included. */
final class PublicSignatures extends ArchCondition<JavaClass> {

    private static final String METRICS = "io.forrest.core.metrics.ScalerMetrics";

    /** Documented ways past Forrest, to what only one adapter has. */
    private static final Set<String> ESCAPE_HATCHES =
            Set.of("io.forrest.docker.DockerRuntime$Builder.customize", METRICS + ".<init>", METRICS + ".bindTo");

    /** What may be some library's by its type, for it is made to be given to that. */
    private static final Set<String> ESCAPING_TYPES = Set.of(METRICS);

    PublicSignatures() {
        super("name only types of Forrest and the JDK where users can see it");
    }

    static boolean isSeen(JavaClass javaClass) {
        boolean enclosingIsSeen =
                javaClass.getEnclosingClass().map(PublicSignatures::isSeen).orElse(true);
        return isSeen(javaClass.getModifiers())
                && enclosingIsSeen
                && !javaClass.getPackageName().contains(".internal");
    }

    private static boolean isSeen(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
    }

    @Override
    public void check(JavaClass seen, ConditionEvents events) {
        if (!ESCAPING_TYPES.contains(seen.getName())) {
            report(
                    seen,
                    seen.getDescription(),
                    Stream.concat(seen.getSuperclass().stream(), seen.getInterfaces().stream()),
                    events);
        }
        for (JavaMember member : seen.getMembers()) {
            if (isSeen(member.getModifiers())
                    && !member.getModifiers().contains(JavaModifier.SYNTHETIC)
                    && !ESCAPE_HATCHES.contains(seen.getName() + "." + member.getName())) {
                report(seen, member.getDescription(), types(member), events);
            }
        }
    }

    private static Stream<JavaType> types(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit code = (JavaCodeUnit) member;
        Stream<JavaType> thrown = code.getExceptionTypes().stream().map(JavaType.class::cast);
        return Stream.of(Stream.of(code.getReturnType()), code.getParameterTypes().stream(), thrown)
                .flatMap(types -> types);
    }

    private static void report(JavaClass seen, String where, Stream<JavaType> types, ConditionEvents events) {
        Optional<JavaClass> foreign = types.flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .map(JavaClass::getBaseComponentType)
                .filter(type -> !isAllowed(type))
                .findAny();
        foreign.ifPresent(type -> events.add(SimpleConditionEvent.violated(seen, where + " names " + type.getName())));
    }

    private static boolean isAllowed(JavaClass type) {
        String name = type.getPackageName();
        boolean published = (name + ".").startsWith("io.forrest.") && !name.contains(".internal");
        return type.isPrimitive() || name.startsWith("java.") || name.startsWith("javax.net.ssl") || published;
    }
}
