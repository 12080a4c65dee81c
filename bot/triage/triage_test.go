package triage

import (
	"strings"
	"testing"
	"unicode"
)

// saying is a row: what somebody writes and what it is.
type saying struct {
	text string
	want Class
}

var sayings = []saying{
	// Greetings.
	{"hola", Greeting},
	{"Hola!", Greeting},
	{"hola?", Greeting},
	{"holaaa", Greeting},
	{"HOLA", Greeting},
	{"Hola, ¿cómo están?", Greeting},
	{"hola, cómo va?", Greeting},
	{"buen día", Greeting},
	{"Buen día!", Greeting},
	{"buen dia a todos", Greeting},
	{"Buenos días equipo", Greeting},
	{"buenas tardes", Greeting},
	{"Buenas!! 👋", Greeting},
	{"buenas noches @ana", Greeting},
	{"Hola Luis", Greeting},
	{"hola ana, buen día", Greeting},
	{"buen día, buen lunes", Greeting},
	{"hello", Greeting},
	{"Hello there!", Greeting},
	{"hiii", Greeting},
	{"hey team", Greeting},
	{"good morning team", Greeting},
	{"Good morning everyone 🙂", Greeting},
	{"gm", Greeting},
	{"hi @tom", Greeting},
	{"Hi Sofia, good afternoon", Greeting},
	{"how are you?", Greeting},
	{"Hello, how are you doing today?", Greeting},
	{"hey there :wave:", Greeting},
	{"qué tal?", Greeting},
	{"Estimados, buenas tardes", Greeting},
	{"happy new year!", Greeting},

	// Thanks.
	{"gracias", Thanks},
	{"gracias!", Thanks},
	{"graciasss", Thanks},
	{"GRACIAS", Thanks},
	{"Muchas gracias", Thanks},
	{"mil gracias!!", Thanks},
	{"gracias @ana", Thanks},
	{"Gracias Ana!", Thanks},
	{"gracias ana", Thanks},
	{"GRACIAS ANA!!", Thanks},
	{"Muchas gracias, Julián Pérez", Thanks},
	{"ok perfecto muchas gracias!!", Thanks},
	{"dale, gracias", Thanks},
	{"grax", Thanks},
	{"gracias por la ayuda", Thanks},
	{"gracias por la pronta respuesta", Thanks},
	{"Muchas gracias por la ayuda!", Thanks},
	{"mil gracias por la atención", Thanks},
	{"muchísimas gracias por resolverlo", Thanks},
	{"thank you so much for your help", Thanks},
	{"many thanks for the quick response", Thanks},
	{"muchas gracias por todo equipo 🙌", Thanks},
	{"genial, gracias", Thanks},
	{"no, gracias", Thanks},
	{"muchísimas gracias a todos", Thanks},
	{"desde ya muchas gracias", Thanks},
	{"se agradece", Thanks},
	{"de nada", Thanks},
	{"thx", Thanks},
	{"thanks!", Thanks},
	{"Thank you so much", Thanks},
	{"thank youuu", Thanks},
	{"ty", Thanks},
	{"ok thanks", Thanks},
	{"thanks a lot guys", Thanks},
	{"Thanks, Tom", Thanks},
	{"thanks john!", Thanks},
	{"great, thank you for your help", Thanks},
	{"many thanks team", Thanks},
	{"much appreciated", Thanks},
	{"thanks for the update", Thanks},
	{"cheers mate", Thanks},
	{"you're welcome", Thanks},
	{"no problem", Thanks},
	{"no worries", Thanks},
	{"buen día, gracias", Thanks},
	{"tks", Thanks},
	{"Gracias\nMaría", Thanks},
	{"thanks 🙏", Thanks},
	{"gracias :pray:", Thanks},
	{"perfect, thanks a bunch!", Thanks},

	// Acknowledgements.
	{"ok", Acknowledgement},
	{"OK!", Acknowledgement},
	{"okk", Acknowledgement},
	{"okey", Acknowledgement},
	{"oka, dale", Acknowledgement},
	{"dale", Acknowledgement},
	{"daleee", Acknowledgement},
	{"listo", Acknowledgement},
	{"perfecto", Acknowledgement},
	{"perfectooo", Acknowledgement},
	{"genial", Acknowledgement},
	{"buenísimo", Acknowledgement},
	{"entendido", Acknowledgement},
	{"de acuerdo", Acknowledgement},
	{"quedo atento", Acknowledgement},
	{"Quedamos a la espera", Acknowledgement},
	{"sí", Acknowledgement},
	{"claro, sin problema", Acknowledgement},
	{"jajaja", Acknowledgement},
	{"👍", Acknowledgement},
	{"👍🏽", Acknowledgement},
	{":+1:", Acknowledgement},
	{"✅", Acknowledgement},
	{"got it", Acknowledgement},
	{"sure", Acknowledgement},
	{"sounds good 👍", Acknowledgement},
	{"will do", Acknowledgement},
	{"yes", Acknowledgement},
	{"yep, all set", Acknowledgement},
	{"makes sense", Acknowledgement},
	{"k", Acknowledgement},
	{"noted", Acknowledgement},
	{"okay, understood", Acknowledgement},
	{"great", Acknowledgement},
	{"take your time", Acknowledgement},
	{"pruebo y aviso", Acknowledgement},
	{"lo revisamos", Acknowledgement},
	{"that's all", Acknowledgement},

	// Praise.
	{"excelente", Praise},
	{"excelente servicio", Praise},
	{"qué rápido!", Praise},
	{"son unos genios", Praise},
	{"Felicitaciones al equipo!", Praise},
	{"impecable", Praise},
	{"great job", Praise},
	{"you guys rock", Praise},
	{"awesome!!!", Praise},
	{"amazing support", Praise},
	{"wow, that was fast", Praise},
	{"well done team", Praise},

	// Solved.
	{"ya está", Solved},
	{"solucionado, gracias", Solved},
	{"Solucionado!", Solved},
	{"resuelto", Solved},
	{"ya funciona", Solved},
	{"ya funciona, muchas gracias!!", Solved},
	{"YA ANDA", Solved},
	{"ahora sí", Solved},
	{"listo, ya quedó", Solved},
	{"quedó solucionado", Solved},
	{"se solucionó", Solved},
	{"pueden cerrar", Solved},
	{"me sirvió, gracias", Solved},
	{"falsa alarma", Solved},
	{"olvídenlo", Solved},
	{"fixed", Solved},
	{"solved, thanks", Solved},
	{"it works now", Solved},
	{"that fixed it, thank you!", Solved},
	{"all good now", Solved},
	{"works like a charm", Solved},
	{"problem solved", Solved},
	{"never mind", Solved},
	{"it's working again", Solved},
	{"ya pudimos ingresar, gracias", Solved},
	{"you can close this ticket", Solved},
	{"you can close the incident", Solved},
	{"ok, ya está funcionando, gracias Luis", Solved},
	{"back to normal", Solved},

	// Farewells.
	{"chau", Farewell},
	{"hasta luego", Farewell},
	{"nos vemos mañana", Farewell},
	{"nos vemos a las 10:30", Farewell},
	{"buen fin de semana", Farewell},
	{"que tengan buen día", Farewell},
	{"saludos cordiales", Farewell},
	{"un abrazo", Farewell},
	{"bye", Farewell},
	{"see you tomorrow", Farewell},
	{"have a great weekend!", Farewell},
	{"good night", Farewell},
	{"talk soon", Farewell},
	{"best regards", Farewell},
	{"take care 👋", Farewell},

	// Nothing in words.
	{"", Empty},
	{"   ", Empty},
	{"...", Empty},
	{"🎉", Empty},
	{"😂😂😂", Empty},
	{":tada: :smile:", Empty},
	{"!", Empty},
	{"❤️", Empty},
	{"🙂", Empty},

	// Requests, and what might be one.
	{"Buen día, la API no anda", Request},
	{"gracias pero sigue fallando", Request},
	{"ok, ya probé y no funciona", Request},
	{"La API de pagos devuelve error 500 desde las 9:50", Request},
	{"hola, tengo una consulta", Request},
	{"hola necesito ayuda", Request},
	{"ayuda", Request},
	{"help", Request},
	{"?", Request},
	{"???", Request},
	{"¿?", Request},
	{"500", Request},
	{"9:50", Request},
	{"error", Request},
	{"no", Request},
	{"no funciona", Request},
	{"ya no funciona", Request},
	{"ya está?", Request},
	{"solucionado?", Request},
	{"ok?", Request},
	{"listo?", Request},
	{"hola, ya?", Request},
	{"novedades?", Request},
	{"alguna novedad?", Request},
	{"cómo va?", Request},
	{"gracias. Caído otra vez", Request},
	{"Thanks. Broken again", Request},
	{"thanks but it still fails", Request},
	{"hi, the export failed", Request},
	{"ok now it's down again", Request},
	{"still not working", Request},
	{"not solved", Request},
	{"it works sometimes", Request},
	{"works only for admins", Request},
	{"fixed? no", Request},
	{"any update?", Request},
	{"is it working now?", Request},
	{"anyone there?", Request},
	{"hay alguien?", Request},
	{"can you help me", Request},
	{"good morning, users cannot log in", Request},
	{"Hola Facturación", Request},
	{"Hola, Producción caída", Request},
	{"hola urgente", Request},
	{"👎", Request},
	{"🔥", Request},
	{":sos:", Request},
	{"🆘🆘", Request},
	{"gracias 😡", Request},
	{"ORA-01017", Request},
	{"ok https://example.com/x", Request},
	{"gracias, igual quería saber cuándo sale la versión", Request},
	{"perfecto, y la factura?", Request},
	{"thanks, one more thing", Request},
	{"yes but only in production", Request},
	{"ya volvió el problema", Request},
	{"volvió", Request},
	{"it's back", Request},
	{"se cayó", Request},
	{"buenas, no puedo entrar", Request},
	{"dale, pero cuándo?", Request},
	{"ok 2", Request},
	{"gracias x 1000", Request},
	{"all good except exports", Request},
	{"hello? the site is down", Request},
	{"reopen", Request},
	{"reabrir", Request},
	{"NO ANDA NADA", Request},
	{"buen día, podrían revisar la conciliación? gracias", Request},
	{"gracias\nNo llegan los webhooks", Request},
	{"hola $", Request},
	{"ok\x00", Request},
	{"\xff", Request},
	{"hola ¿alguna novedad de INC-1?", Request},
	{"please", Request},
	{"por favor", Request},
	{"urgente", Request},
	{"hola error_500", Request},
}

func TestClassify(t *testing.T) {
	if len(sayings) < 150 {
		t.Fatalf("only %d sayings", len(sayings))
	}
	for _, s := range sayings {
		if got := Classify(s.text); got != s.want {
			t.Errorf("Classify(%q) = %s, want %s", s.text, got, s.want)
		}
	}
}

func TestSmallTalkIsEverythingButARequest(t *testing.T) {
	for _, c := range weightiest {
		if !c.SmallTalk() {
			t.Errorf("%s is not small talk", c)
		}
	}
	if Request.SmallTalk() {
		t.Error("a request is small talk")
	}
}

// A request stays one whatever courtesies stand around it.
func TestCourtesiesHideNoRequest(t *testing.T) {
	before := []string{"", "Hola! ", "Buen día equipo, ", "gracias, ", "ok, ", "hi team ", "good morning, ", "listo. "}
	after := []string{"", " gracias!", ". Muchas gracias, saludos", " thanks", " 👍", "\nSaludos,\nMaría"}
	requests := []string{
		"no puedo entrar", "la API no anda", "the export failed", "se cayó todo", "cannot log in", "falla el cobro",
		"sigue igual", "I need help", "error", "cuándo estará?", "timeout en producción", "still broken",
	}
	for _, r := range requests {
		for _, b := range before {
			for _, a := range after {
				if got := Classify(b + r + a); got != Request {
					t.Errorf("Classify(%q) = %s", b+r+a, got)
				}
			}
		}
	}
}

func TestALongTextIsARequest(t *testing.T) {
	if got := Classify(strings.Repeat("gracias ", 100)); got != Request {
		t.Errorf("got %s", got)
	}
}

func FuzzClassify(f *testing.F) {
	for _, s := range sayings {
		f.Add(s.text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := Classify(s)
		if !c.SmallTalk() {
			return
		}
		rest := timeOfDay.ReplaceAllString(strings.ToLower(s), "")
		rest = shortName.ReplaceAllString(rest, "")
		if strings.ContainsFunc(rest, unicode.IsDigit) {
			t.Errorf("%q has digits and is %s", s, c)
		}
		// An error code beside it makes anything a request.
		for _, code := range []string{"ORA-01017", "HTTP 500", "E1234", "error_code", "0x80070005"} {
			if got := Classify(s + " " + code); got != Request {
				t.Errorf("%q with %s is %s", s, code, got)
			}
		}
	})
}

func BenchmarkClassify(b *testing.B) {
	for b.Loop() {
		for _, s := range sayings {
			Classify(s.text)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(sayings)), "ns/message")
}
