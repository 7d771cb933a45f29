package io.github.sentryinsights;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of the architecture.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.sentryinsights";

	private static final JavaClasses classes = new ClassFileImporter()
		.withImportOption(new ImportOption.DoNotIncludeTests())
		.withImportOption(location -> !location.contains("-tests.jar"))
		.importPackages(ROOT);

	@Test
	void packagesAreFreeOfCycles() {
		ArchRule rule = slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();
		rule.check(classes);
	}

	@Test
	void theConventionKnowsNothingButSqlAndKeys() {
		ArchRule rule = classes().that()
			.resideInAPackage(ROOT + ".convention")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", ROOT + ".convention", ROOT + ".sql", ROOT + ".key");
		rule.check(classes);
	}

	@Test
	void theCoreKnowsNeitherSentryNorMicrometerNorSpring() {
		ArchRule rule = classes().that()
			.resideInAPackage(ROOT + ".operation")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", "org.apache.commons.logging..", ROOT + ".convention",
					ROOT + ".sql", ROOT + ".key", ROOT + ".operation");
		rule.check(classes);
	}

	@Test
	void onlyTheSentryAndScrubPackagesKnowSentry() {
		ArchRule rule = noClasses().that()
			.resideOutsideOfPackages(ROOT + ".sentry", ROOT + ".scrub")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.sentry..");
		rule.check(classes);
	}

	@Test
	void onlyTheMetricsPackageKnowsMicrometer() {
		ArchRule rule = noClasses().that()
			.resideOutsideOfPackage(ROOT + ".metrics")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer.core..");
		rule.check(classes);
	}

	@Test
	void observationsAreKnownWhereSpringHasNoOtherHook() {
		ArchRule rule = noClasses().that()
			.resideOutsideOfPackages(ROOT + ".batch", ROOT + ".scheduling", ROOT + ".sentry")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer.observation..");
		rule.check(classes);
	}

	@Test
	void onlyTheLoggingPackageKnowsLogback() {
		ArchRule rule = noClasses().that()
			.resideOutsideOfPackage(ROOT + ".logging")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("ch.qos.logback..");
		rule.check(classes);
	}

	@Test
	void adaptersDoNotKnowEachOther() {
		ArchRule rule = slices()
			.matching(ROOT
					+ ".(annotation|async|batch|cache|cloudstream|jdbc|jms|kafka|metrics|quartz|r2dbc|rabbit|reactor"
					+ "|redis|redismessaging|scheduling|scrub|sentry|websocket)..")
			.should()
			.notDependOnEachOther();
		rule.check(classes);
	}

	@Test
	void packagesAreNullMarked() {
		ArchRule rule = classes().should(new ArchCondition<>("reside in a @NullMarked package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
				events.add(new SimpleConditionEvent(type, marked, type.getName()));
			}

		});
		rule.check(classes);
	}

	@Test
	void autoConfigurationsArePublicAndFinal() {
		ArchRule rule = classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration");
		rule.check(classes);
	}

	@Test
	void autoConfigurationsHaveNoPublicMembers() {
		ArchRule rule = methods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic();
		rule.check(classes);
	}

	@Test
	void beanPostProcessorsDisturbNoOtherBean() {
		ArchRule rule = methods().that()
			.areAnnotatedWith(Bean.class)
			.and()
			.haveRawReturnType(JavaClass.Predicates.assignableTo(BeanPostProcessor.class))
			.should()
			.beStatic()
			.andShould(takeOnlyProvidersAndTheEnvironment())
			.allowEmptyShould(true);
		rule.check(classes);
	}

	@Test
	void conditionsOnClassesAreNotOnMethods() {
		ArchRule rule = methods().should().notBeAnnotatedWith(ConditionalOnClass.class);
		rule.check(classes);
	}

	@Test
	void noClassMovedBetweenSpringBoot3And4IsReferenced() {
		ArchRule rule = noClasses().should()
			.dependOnClassesThat(new DescribedPredicate<>("have moved in Spring Boot 4") {

				@Override
				public boolean test(JavaClass type) {
					String name = type.getPackageName();
					return name.startsWith("org.springframework.boot.") && !name
						.matches("org\\.springframework\\.boot\\.(autoconfigure|autoconfigure\\.condition|convert"
								+ "|context\\.properties(\\..*)?|context\\.event|diagnostics|env|json"
								+ "|logging\\.structured)");
				}

			});
		rule.check(classes);
	}

	@Test
	void namesSayWhatAThingIs() {
		ArchRule rule = noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)");
		rule.check(classes);
	}

	@Test
	void staticFieldsAreFinal() {
		ArchRule rule = fields().that().areStatic().should().beFinal();
		rule.check(classes);
	}

	@Test
	void theCoreStaysSmall() {
		long publicTypes = classes.stream()
			.filter(type -> type.getPackageName().equals(ROOT + ".operation") && type.isTopLevelClass()
					&& type.getModifiers().contains(JavaModifier.PUBLIC))
			.count();
		assertThat(publicTypes).isLessThanOrEqualTo(8);
	}

	private static ArchCondition<JavaMethod> takeOnlyProvidersAndTheEnvironment() {
		return new ArchCondition<>("take only ObjectProviders and the Environment") {

			@Override
			public void check(JavaMethod method, ConditionEvents events) {
				boolean allowed = method.getRawParameterTypes()
					.stream()
					.allMatch(type -> type.isEquivalentTo(ObjectProvider.class)
							|| type.isEquivalentTo(Environment.class));
				events.add(new SimpleConditionEvent(method, allowed, method.getFullName()));
			}

		};
	}

}
