package rank

import "strings"

// Words that tell little about what somebody asks, by language: words of
// grammar, and the talk around a question (greetings, thanks, "please help",
// "since this morning"). Without them a small knowledge base, in which they are
// rare, would take them for its topic. Folded, as written.
var (
	grammar = map[string]map[string]bool{
		"es": words(`
			a al algo alguien algun alguna algunas alguno algunos alla alli ambos ante antes
			aquel aquella aquellas aquellos aqui asi aun aunque bajo bien cada casi como con
			contra cual cuales cualquier cuando cuanta cuantas cuanto cuantos cuya cuyas cuyo
			cuyos da dan de del demas dentro desde despues donde dos durante e el ella ellas
			ello ellos en entonces entre era eran eres es esa esas ese eso esos esta estaba
			estaban estado estan estar estas este esto estos estoy estuvo fue fueron fui ha
			haber habia habian hace hacer hacia hago han hasta hay haya he hemos hizo hoy la
			las le les lo los luego mas me mediante menos mi mia mientras mio mis misma mismas
			mismo mismos muy nada nadie ni ningun ninguna ninguno no nos nosotros nuestra
			nuestras nuestro nuestros o os otra otras otro otros para pero poco por porque pude
			puede pueden puedo podemos podes podria pues que quien quienes se sea sean segun
			ser si sido sin sino so sobre solo son soy su sus suya suyo tal tambien tampoco
			tan tanto te tenemos tener tengo tenia ti tiene tienen tenes toda todas todo todos
			tras tu tus tuvo u un una unas uno unos usted ustedes va vamos van varias varios
			voy vos y ya yo`),
		"en": words(`
			a about above across after again all almost along already also although always am
			among an and another any anyone anything are arent around as at away be became
			because become been before being between both but by came can cannot cant could
			couldnt did didnt do does doesnt doing done dont down during each either else ever
			every few for from further get gets getting give given go goes going gone got had
			hadnt has hasnt have havent having he her here hers herself him himself his how
			however i id if ill im in into is isnt it its itself ive just let lets like made
			make makes many may me might mine more most much must my myself neither never no
			nor not now of off often on once one only onto or other others our ours out over
			own per put quite rather really s same shall she should shouldnt since so some
			someone something still such t than that thats the their theirs them themselves
			then there these they theyre this those though through thus to too two under until
			up upon us very was wasnt way we well went were werent what whats when where which
			while who whom whose why will with within without wont would wouldnt yes yet you
			your youre yours yourself`),
	}
	talk = map[string]map[string]bool{
		"es": words(`
			adios chau genial perfecto dale vale ahora ayer ayuda ayudar ayudarme ayudan ayudas buen buena buenas bueno buenos
			cosa cosas dia dias equipo estimado estimados favor gente gracias hola hora horas
			lunes manana martes miercoles jueves viernes sabado domingo mes minuto minutos
			momento muchas mucho muchos necesitamos necesito noche ok parece perdon podrian
			problema problemas quiero quisiera queremos reunion sabe saben saber saludos
			segundo semana siempre tarde tardes tema urgente ver vez veces nuevo nueva
			consulta pregunta duda alguna aca che porfa pasa pasando pasar sigue
			seguimos desayuno almuerzo ano anos primer primera primero`),
		"en": words(`
			afternoon appreciate lot lots bit bye cheers great nice day days everyone evening everybody folks good guys hello help
			helping hey hi hour hours issue issues kindly know looks meeting minute minutes
			monday tuesday wednesday thursday friday saturday sunday month morning need needed
			needs night ok okay please problem problems question right second seem seems sir
			sorry team tell thank thanks thing things time times today tomorrow tonight urgent
			want wanted wondering week weeks year years yesterday find look looking say says
			said see use used using work works try trying tried happen happened happening
			new first`),
	}
)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// Weights of common words relative to others, chosen on the sets of the
// benchmark: "how long" and "why" do tell questions apart, a little.
const (
	grammarWeight = 0.55
	talkWeight    = 0.5
)

// commonness is how telling a word is by its language alone, from 0 to 1.
func commonness(lang, folded string) float64 {
	switch {
	case grammar[lang][folded], len(folded) <= 2 && hasDigit(folded):
		return grammarWeight
	case talk[lang][folded]:
		return talkWeight
	}
	return 1
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }
