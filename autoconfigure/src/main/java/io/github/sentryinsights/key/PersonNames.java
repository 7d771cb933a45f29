package io.github.sentryinsights.key;

import java.util.List;

/**
 * Given names and family names of people that are common somewhere in the world, as they
 * are written in ASCII. They say nothing of an application, whatever place of a key they
 * have. Never complete, so nothing is shown just because it is not among them.
 */
final class PersonNames {

	private static final String NAMES = """
			aaron abbas abdul abdullah abel abigail abraham ada adam adams adela adele adrian adriana agata agnes agnieszka
			ahmad ahmadi ahmed aidan aiko aino aisha ajay akash akira alain alan alba albert alberto alejandra alejandro
			aleksander aleksandra alessandro alessia alex alexander alexandra alexandre alexis alfonso alfred alfredo ali
			alice alicia alina aline alison allan allen allison alma almeida alok alvarez alvaro amal amalia amanda amber
			amelia amelie amina amir amit amy ana anand anastasia anders andersen anderson andersson andre andrea andreas
			andrei andres andrew andrews andrey andrzej andy angel angela angelica angelina angelo anika anil anita anja
			anjali ann anna annabelle anne annette annika anthony antoine anton antonia antonio antti anya april archie
			ariana arjun arlene armando arnaud arnold arthur arturo arun arvid asha ashley ashok astrid aurelie aurora
			austin ava axel ayesha ayse bailey baker balogh banerjee barbara barnes barry bartosz bauer baumann beatrice
			beatriz beck becker becky bell bella ben benedict benedikt benjamin bennet bennett berg bergmann bernard bernd
			bernstein berta beth bethany betty beverly bianca bianchi bill billy birgit bjorn black blake blanc bob bobby
			bogdan bonnet bonnie boris boyd brad bradford bradley brandon brandy braun brenda brendan brent brett brian
			bridget brigitte britta brittany brooks brown bruce bruno bryan bryant bryce burke burns butler caitlin caleb
			calvin cameron camila camille campbell carina carl carla carlo carlos carlson carmen carol carole carolin
			carolina caroline carolyn carpenter carrie carroll carsten carter casey cassandra castro catalina catarina
			catherine cathy cecile cecilia cedric celia celine cesar chad chandra chang chantal charles charlie charlotte
			chavez chen chiara chloe cho choi chris christa christel christian christiane christina christine christoph
			christophe christopher christy chung cindy claire clara clarissa clark clarke claude claudia claudio claus
			clemens clement cliff clifford clint clive cody cohen colette colin colleen collins connor conrad constance
			contreras cook cooper cora corey corinna corinne cornelia cory costa courtney cox craig cristian cristina cruz
			crystal cunningham curtis cynthia cyril dagmar daisy dale damian damien dan dana daniel daniela daniele
			daniella danielle danny daphne daria dario darlene darrell darren daryl dave david davide davies davis dawn
			dean debbie deborah debra deepak deepika deirdre delia delphine deluca demir denis denise dennis derek desmond
			diana diane diaz dick diego dieter dietmar dietrich dijkstra dilip dimitri dina dirk dmitri dmitry doe dolores
			dominic dominik dominique don donald donna dora doreen dorian doris dorothea dorothy doug douglas dubois duncan
			dupont durand dustin dwight dylan ebony eddie edgar edith edmund eduardo edward edwards edwin egger eileen
			ekaterina elaine eleanor elena eleonora eli eliana elias elif elijah elin elina elisa elisabeth elise eliza
			elizabeth elke ella ellen ellie elliot ellis elmar elsa elsie elvira emanuel emil emilia emilie emilio emily
			emine emma emmanuel emre engel enrico enrique eric erica erich erik erika erin ernest ernesto ernst erwin
			esposito esra esteban estelle esther ethan eugene eugenia eva evan evans evelin evelyn fabian fabien fabio
			fabrice faisal fatima fatma federica federico felicia felicity felipe felix ferdinand fernanda fernandes
			fernandez fernando ferrari ferreira filip filippo fiona fischer fisher flora florence flores florian foster
			fournier fox frances francesca francesco francis francisca francisco franck franco francois frank franz
			franziska fred freda freddie frederic frederick frederik freeman freya frida friedman friedrich fritz fuchs
			gabriel gabriela gabriele gabriella gail galina ganesh garcia gareth garnier garry gary gavin gemma gennaro
			geoff geoffrey georg george georges georgia georgina gerald geraldine gerard gerhard germaine gero gertrud
			gianluca gianni gibson gilbert gilles gillian gina giorgio giovanna giovanni girard gisela giulia giuseppe glen
			glenda glenn gloria goldberg gomes gomez gonzales gonzalez gonzalo gopal gordon grace graf graham grant gray
			greco green greg gregor gregory greta griffin gruber grzegorz guerrero guido guillaume guillermo gunnar gunter
			gupta gustav gustavo gutierrez guy gwen haakon haas hadi hall hamilton hana hanna hannah hannes hans hansen
			hansson harald hari harold harriet harris harry harsh hartmann haruka haruki harvey hasan hassan hayes hazel
			heather hector heidi heike heiko heinrich heinz helen helena helene helga helmut henderson hendrik henri henrik
			henry herbert herman hermann hernandez herrera herrmann hilary hilda hilde hill hiroshi hofer hoffman hoffmann
			hofmann holger holly horvat horvath howard huang huber hubert hugh hughes hugo hunter hussain hussein ian
			ibanez ibrahim ida ignacio igor ike ilona ilse imran ina indira ines inga inge ingo ingrid ioana irena irene
			irina iris irma isaac isabel isabela isabella isabelle ismael ismail ivan ivana ivanov ivanova ivo ivy jack
			jackie jackson jacob jacobs jacqueline jacques jade jaime jake jakob jakub james jamie jamila jan jana jane
			janet janice janina janine jannik janos jansen janssen jansson jared jaroslav jasmin jasmine jason javier jay
			jean jeanette jeanne jeff jeffrey jelena jenkins jenna jennifer jenny jens jensen jeremy jerome jerry jesse
			jessica jessie jesus jiang jill jim jimenez jimmy joachim joan joanna joanne joao joaquin jochen jody joe joel
			joelle joey johan johann johanna johannes johansen johansson john johnny johnson johnston jon jonah jonas
			jonathan jones jordan jorge jorgen jose josef josefina joseph josephine josh joshua joy joyce juan juana
			juanita judith judy jules julia julian juliana juliane julie julien juliet julio julius june justin justine
			justyna jutta kaiser kaitlyn kamal kamila kang karan kareem karen kari karim karin karina karl karla karolina
			karsten karthik kasper katarina katarzyna kate katharina katherine kathleen kathrin kathryn kathy katie katja
			katrin katrina kavita kay kaya kazuki keith keller kelley kelly kelsey ken kenji kennedy kenneth kenny kent
			kerry kerstin kevin khadija khaled khalid khan kim kimberly king kiran kirk kirsten kirsty klara klaus klein
			knight koch koehler konrad konstantin kowalski kraus krause krishna kristen kristian kristin kristina kristine
			krueger krystyna krzysztof kuhn kumar kurt kuznetsov kyle lang lange lara larissa larry lars larsen larsson
			latoya laura laurel lauren laurence laurent laurie lea leah leanne lee lefebvre lehmann leila lena lenny leo
			leon leona leonard leonardo leonie leroy leslie lester leticia lewis liam lian lidia lilian liliana lillian
			lily lin lina linda lindberg lindgren lindsay lindsey ling linus lionel lisa lise liu livia liz lloyd logan
			lois lola long lopes lopez lorena lorenz lorenzo loretta lori lorna lorraine lothar lou louis louisa louise luc
			luca lucas lucia luciana luciano lucie lucien lucille lucinda lucy ludmila ludwig luigi luis luisa luiz luka
			lukas lukasz luke lund lutz lydia lyle lynch lynda lynn lynne mabel mads magda magdalena maggie magnus mahmoud
			maier maja malcolm malik malin mandy manfred manish manoj manuel manuela mara marc marcel marcela marcello
			marcia marcin marco marcos marcus mareike margaret margarethe margarita margaux margit margot maria mariam
			marian mariana marianne marie marija marike marilyn marina marino mario marion marisa marit marius marjorie
			mark marko markus marlene marlon marshall marta martha martin martina martine martinez martins marvin mary
			maryam masako mason mateo mateusz mathias mathieu mathilde matilda mats matteo matthew matthias matthieu
			maureen maurice mauricio mauro max maxim maxime maximilian maxine maya mayer mccarthy mcdonald medina megan
			mehmet mei meier meike melanie melinda melissa melvin mendes mendez mendoza mercedes meredith meyer mia micah
			michael michaela michal micheal michel michele michelle michiko miguel mihai mika mikael mike mikhail mila
			milan milena miles milica miller milos mina ming minna mira miranda mireille miriam mirjam mirko misha mishra
			mitchell moez mohamed mohammad mohammed mohan mohit moises molly mona monica monika monique moore morales
			moreau moreno morgan moritz morris morrison moses mueller muhammad mukesh muller murat muriel murphy murray
			mustafa myers myra myriam nadia nadine nadja nagy nakamura nancy nanette naomi narendra natalia natalie natasha
			nathalie nathan nathaniel navarro neal neha neil nelly nelson neumann nguyen nicholas nick nico nicola nicolai
			nicolas nicole nicoletta niels nielsen nigel nikhil nikita niklas nikola nikolai nikolaus nikos nils nilsen
			nilsson nina nino nisha nitin noah noel noemi nora norbert noriko norma norman nour novak nowak obrien odile
			olaf oleg olena olga oliveira oliver olivia olivier olof olsen olson omar orlando ortega ortiz osama oscar
			oskar osman oswald otto owen ozturk pablo paige pal palmer pamela paola paolo parker parveen pascal pascale pat
			patel patrice patricia patrick patrik patrizia patty paul paula paulette paulina pauline paulo pavel pedro
			peggy penelope penny percy pereira perez perkins perrin perry petar peter peters petersen peterson petit petra
			petrov petrova pham phil philip philipp philippa philippe phillip phillips phoebe phyllis pia pierre pietro
			pilar pinar piotr piper pires polly pooja popescu porter powell pradeep prakash pranav preeti priscilla priya
			priyanka przemyslaw rachel radek rafael rafal raghu raj rajesh rajiv rakesh ralf ralph ramesh ramirez ramon
			ramona ramos randall randy raphael raquel raul ravi ray raymond rebecca rebekka reddy reed regina reginald
			reiko reilly reiner reinhard rekha remi rena renata renate rene renee reto reuben reyes reynolds rhonda ricardo
			riccardo ricci richard richards richardson richter rick ricky rita rivera rizzo robert roberta roberto roberts
			robertson robin robinson rocio roderick rodney rodrigo rodrigues rodriguez rogelio roger rogers rohan rohit
			roland rolf romain roman romano romeo romero romina ron ronald ronan ronja ronnie rory rosa rosalie rosanna
			rose rosemary rosie ross rossi roswitha roth rousseau roxanne roy ruben ruby rudi rudolf rudy rufus ruiz rupert
			russ russell russo ruth ryan sabina sabine sabrina sadie sakura sally salma salman salvador salvatore sam
			samantha samir samira samuel sanchez sandeep sander sanders sandra sandro sandy sanjay santiago santos sara
			sarah sascha sasha saskia satish sato sauer saul savannah schaefer schmid schmidt schmitt schmitz schneider
			schreiber schroeder schubert schulte schultz schulz schumacher schuster schwartz schwarz scott sean sebastian
			sebastien selena selim selma serena serge sergei sergey sergio seth shah shane shannon shari sharma sharon
			shaun shaw shawn sheila shelby sheldon shelly sherry shirley shreya sibylle sidney siegfried sierra sigrid
			silke silva silvia silvio simmons simon simona simone simpson sina sinead singh sinha siobhan sita smirnov
			smith snyder soares sofia sofie sokolov solveig sonia sonja sophia sophie soren sousa spencer stacey stacy stan
			stanislav stanley stefan stefania stefanie steffen stein steiner stella stephan stephane stephanie stephen
			steve steven stevens stewart stuart suarez sue suha sujata suki sullivan sunil suresh susan susana susann
			susanna susanne susie suzanne suzuki sven svenja svensson svetlana swati sybille sydney sylvain sylvia sylvie
			szabo tabea tabitha takashi takeshi tamara tami tammy tanaka tania tanja tanya tara tariq tasha tatiana tatjana
			taylor ted terence teresa teri terrence terry tess tessa thea thelma theo theodor theodora theodore theresa
			therese thibault thierry thilo thomas thompson thorsten tiago tiffany tim timo timothy tina tobias toby todd
			tom tomas tomasz tommy tomoko toni tony torben toth tracey tracy tran travis trent trevor trey tricia trisha
			tristan trudy tucker turner tyler tyrone udo ulf ulrich ulrike umar ursula usha uta ute uwe vadim valentin
			valentina valeria valerie vanessa vargas vasco vasily vasquez vaughn veena vera verena verna veronica veronika
			veronique vicki vicky victor victoria vijay vikas vikram viktor viktoria vincent vincenzo vinod viola violet
			violeta virginia virginie vishal vito vivian viviana vivien vivienne vlad vladimir vogel vogt volker wagner
			walker wallace walter waltraud wanda wang ward warren watanabe watson wayne weber wei weiss wendy werner wesley
			white wilfried wilhelm will willem william willie wilma wilson winfried winkler winston winter wioletta
			wojciech wolf wolff wolfgang wong wright xavier xiao yamada yamamoto yan yang yann yannick yasmin yasmine
			yasser yildiz yilmaz ying yolanda yosef young yousef yuki yuko yumi yuri yusuf yvan yves yvette yvonne zach
			zachary zack zahra zainab zara zeynep zhang zhao zhou zhu ziad ziegler zimmerman zimmermann zoe zofia zsofia
			zuzana
			""";

	private PersonNames() {
	}

	static List<String> all() {
		return List.of(NAMES.strip().split("\\s+"));
	}

}
