package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spoken runs a command line under the locale.
func spoken(t *testing.T, locale, in string, args ...string) (out, problems string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	env := func(name string) (string, bool) { return locale, name == "LANG" }
	code = Run(t.Context(), Process{args, strings.NewReader(in), &o, &e, env})
	return o.String(), e.String(), code
}

var locales = []string{"en_US.UTF-8", "es_AR.UTF-8"}

func TestMistakesOfTheCommandLineAreToldInTheReadersLanguage(t *testing.T) {
	missing := sampleWith(t, "sqlite:"+filepath.Join(t.TempDir(), "sereno.db"), "sereno.yaml")
	folder := t.TempDir()
	const due, elapsed = "sla due --calendar office-ar --from 2026-11-25T10:00", "sla elapsed --calendar office-ar --from 2026-11-25T10:00"
	const hello = `{"at":"2026-11-25T10:00:00-03:00","channel":"acme-support","user":"maria","text":"hola"}` + "\n"
	for _, tt := range []struct{ args, in, en, es string }{
		{due + " --add 60", "", `--add "60" is no duration; write 1h30m`, "--add «60» no es una duración; escribí 1h30m"},
		{due + " --add 1h2d", "", `--add "1h2d" is no duration`, "--add «1h2d» no es una duración"},
		{due + " --add 9999999h", "", `--add "9999999h" is more than can be counted; the longest are 2562047h, or 2147483647d`, "--add «9999999h» es más de lo que se puede contar; lo más largo son 2562047h, o 2147483647d"},
		{due + " --add=-9999999h", "", "is more than can be counted", "es más de lo que se puede contar"},
		{due + " --add 99999999999999999999d", "", "the longest are 2562047h, or 2147483647d", "lo más largo son 2562047h, o 2147483647d"},
		{due + " --add 2000000000d", "", `the calendar "office-ar" does not open any more before “--add 2000000000d” has gone by; ask for less`, "el calendario «office-ar» no abre lo suficiente para «--add 2000000000d»; pedí menos"},
		{due, "", "say how much business time to add", "decí cuánto tiempo hábil sumar"},
		{due + " --add 1h --pause x", "", `--pause "x" needs a beginning and an end`, "--pause «x» necesita un comienzo y un fin"},
		{due + " --add 1h --pause 2026-11-25T12:00/2026-11-25T11:00", "", "ends before it begins", "termina antes de empezar"},
		{"sla due --calendar office-ar --from ayer --add 1h", "", `--from "ayer" is no instant`, "--from «ayer» no es un instante"},
		{"sla due --calendar office-ar --add 1h", "", "say from when to count", "decí desde cuándo contar"},
		{"sla due --calendar office --from 2026-11-25T10:00 --add 1h", "", `there is no calendar "office"; there are: always`, "no hay ningún calendario «office»; hay: always"},
		{"sla due --from 2026-11-25T10:00 --add 1h", "", "say in which calendar to count", "decí en qué calendario contar"},
		{elapsed, "", "say until when to count", "decí hasta cuándo contar"},
		{elapsed + " --to 2026-11-25T09:00", "", "exchange them", "intercambialos"},
		{"sla elapsed --calendar always --from 1700-01-01T00:00:00Z --to 2026-01-01T00:00:00Z", "", "at most 292 years", "como mucho 292 años"},
		{"sla moves", "", "name the new configuration", "indicá la configuración nueva"},
		{"sla moves --config " + missing + " --against " + missing, "", "there is no store at ", "todavía no hay ninguna base de datos en "},
		{"sla duo", "", "Did you mean “sereno sla due”?", "¿Quisiste decir «sereno sla due»?"},
		{"check otra", "", `"otra" is one word too many`, "«otra» está de más"},
		{"check --nada", "", "unknown flag: --nada; see “sereno check --help”", "no existe la opción --nada; mirá «sereno check --help»"},
		{"check --config", "", "--config needs a value", "a --config le falta su valor"},
		{"check -x", "", "unknown flag: -x", "no existe la opción -x"},
		{"oncall --days diez", "", `--days cannot be "diez"`, "--days no puede ser «diez»"},
		{"oncall --days 0", "", "write a number from 1 to 366", "escribí un número de 1 a 366"},
		{"oncall --from nunca", "", "write a day or an instant", "escribí un día o un instante"},
		{"oncall --schedule pagos", "", `there is no schedule "pagos"; there are: payments-oncall`, "no hay ninguna guardia «pagos»; hay: payments-oncall"},
		{"oncall --config " + folder, "", folder + " cannot be read: is a directory", "no se puede leer " + folder + ": is a directory"},
		{"check --online --without-env", "", "choose one", "elegí uno de los dos"},
		{"replay", "", "replay takes one file", "replay lleva un archivo"},
		{"replay nada.jsonl", "", "there is no file nada.jsonl; name one", "no existe el archivo nada.jsonl; indicá uno"},
		{"replay -", "", "line 1: nothing to play", "línea 1: no hay nada que reproducir"},
		{"replay -", "hola", "line 1: not JSON, from “hola” on", "línea 1: no es JSON desde «hola»"},
		{"replay -", hello + `{"user":"maria","text":nada}`, "line 2: not JSON, from “nada}” on", "línea 2: no es JSON desde «nada}»"},
		{"replay -", `{"user":"maria"`, "the line ends too early", "la línea termina antes de tiempo"},
		{"replay -", `{"user":"maria","text":"x"}`, `the first line needs "at"`, "la primera línea necesita «at»"},
		{"replay -", hello + `{"at":"2020-01-01T00:00:00Z"}`, "is earlier than the clock", "es anterior al reloj"},
		{"replay -", hello + `{"usr":"maria"}`, `unknown field "usr"; did you mean "user"?`, "no existe el campo «usr»; ¿quisiste decir «user»?"},
		{"replay -", hello + `{"user":"maria","user":"ana"}`, "is given twice", "está dos veces"},
		{"replay -", hello + `{"user":5}`, "is not text", "no es un texto"},
		{"replay -", hello + `{"user":" "}`, "is empty", "está vacío"},
		{"replay -", hello + `{"user":"maria"}`, "but not what is done", "pero no qué se hace"},
		{"replay -", hello + `{"text":"a"}`, `"text" needs "user" too`, "«text» necesita también «user»"},
		{"replay -", hello + `{"at":"2026-11-25"}`, "is no instant with its offset", "no es un instante con su diferencia horaria"},
		{"replay -", hello + `{"channel":"acme-support","user":"mariah","text":"a"}`, `nobody is called "mariah"; did you mean "maria"?`, "nadie se llama «mariah»; ¿quisiste decir «maria»?"},
		{"replay -", hello + `{"user":"maria","react":"ticket","to":"m9"}`, `no message "m9"; messages so far: m1`, "no hay ningún mensaje «m9»; mensajes hasta ahora: m1"},
		{"replay -", hello + `{"user":"maria","form":"rate"}`, `no form "rate" is open for maria; open forms: none`, "no hay ningún formulario «rate» abierto para maria; formularios abiertos: ninguno"},
		{"replay -", hello + `{"user":"maria","press":"take"}`, `no button "take"; buttons to press: none`, "no hay ningún botón «take»; botones para apretar: ninguno"},
		{"demo --lang fr", "", `there is no language "fr" here`, "acá no hay un idioma «fr»"},
		{"demo", "/clok +45m\n", "lines of the script that could not be done: 1", "líneas del guion que no se pudieron hacer: 1"},
		{"manifest mattermost", "", "name it with --config", "indicala con --config"},
		{"manifest mattermost --apply", "", "--apply needs the token", "--apply necesita el token"},
		{"manifest slack --mode http", "", "--url https://…", "--url https://…"},
		{"manifest slack --mode x", "", `not "x"`, "no «x»"},
		{"prompts show", "", "name one prompt", "indicá una instrucción"},
		{"prompts show charla", "", `there is no prompt "charla"`, "no hay ninguna instrucción «charla»"},
		{"kb bench", "", "name one folder", "indicá una carpeta"},
		{"kb bench nada", "", "nada is no folder", "nada no es una carpeta"},
	} {
		for i, want := range []string{tt.en, tt.es} {
			_, problems, code := spoken(t, locales[i], tt.in, strings.Fields(tt.args)...)
			if code == 0 || !strings.HasPrefix(problems, "sereno: ") || !strings.Contains(problems, want) {
				t.Errorf("%s in %s: status %d\n got %swant %s", tt.args, locales[i], code, problems, want)
			}
		}
	}
}

func TestHowWellTheKnowledgeBaseAnswersIsToldInTheReadersLanguage(t *testing.T) {
	set := t.TempDir()
	for name, line := range map[string]string{
		"articles.jsonl": `{"id":"refund","title":"Refunds","text":"A refund takes five days."}`,
		"queries.jsonl":  `{"id":"1","query":"when do I get my refund?","relevant":["refund"]}`,
	} {
		if err := os.WriteFile(filepath.Join(set, name), []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range [][2]string{
		{"1 question to 1 article, in English\n", "of the answerable get one"},
		{"1 pregunta a 1 artículo, en inglés\n", "de las que tienen respuesta, con sugerencia"},
	} {
		out, about, code := spoken(t, locales[i], "", "kb", "bench", set)
		if code != 0 || about != want[0] || !strings.Contains(out, want[1]) {
			t.Errorf("%s: status %d, %s%s", locales[i], code, about, out)
		}
	}
}

// Mistakes of articles stop a replay, each with its place.
func TestMistakesOfArticlesAreToldInTheReadersLanguage(t *testing.T) {
	path := sampleWith(t, "sqlite::memory:", "sereno.yaml", "\ncalendars:", "\nkb: {sources: [./kb]}\ncalendars:")
	bad := filepath.Join(filepath.Dir(path), "kb", "bad.md")
	if err := os.MkdirAll(filepath.Dir(bad), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, []byte("no header"), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"articles of the knowledge base have mistakes:\n", "hay artículos de la base de conocimiento con errores:\n"} {
		_, problems, code := spoken(t, locales[i], "", "replay", "-", "--config", path)
		if code != 1 || !strings.Contains(problems, want) || !strings.Contains(problems, "bad.md:1: ") || i == 1 && strings.Contains(problems, "write") {
			t.Errorf("%s: status %d, %s", locales[i], code, problems)
		}
	}
}

func TestWhoIsOnCallIsPrintedInTheReadersLanguageAndTheSchedulesZone(t *testing.T) {
	path := sampleWith(t, "sqlite::memory:", "sereno.yaml", "\nescalation:", `
  backup: {timezone: Europe/Madrid, every: weekly, handoff: mon 09:00, start: 2026-11-23, people: [ana]}
escalation:`)
	for i, wants := range [][]string{
		{
			"payments-oncall (America/Argentina/Buenos_Aires): ana is on call at 2026-11-23 12:00",
			"Mon 2026-11-30 09:00 – Mon 2026-12-07 09:00  luis",
			"backup (Europe/Madrid): ana is on call at 2026-11-23 16:00",
			"0 gaps in 1 day\n",
			"  Mon 2026-11-23 12:00 – Tue 2026-11-24 12:00  ana is on call on payments-oncall and backup at once (America/Argentina/Buenos_Aires)",
		},
		{
			"payments-oncall (America/Argentina/Buenos_Aires): ana está de guardia el 2026-11-23 12:00",
			"lun 2026-11-30 09:00 – lun 2026-12-07 09:00  luis",
			"backup (Europe/Madrid): ana está de guardia el 2026-11-23 16:00",
			"0 huecos en 1 día\n",
			"  lun 2026-11-23 12:00 – mar 2026-11-24 12:00  ana está de guardia en payments-oncall y en backup a la vez (America/Argentina/Buenos_Aires)",
		},
	} {
		short, problems, code := spoken(t, locales[i], "", "oncall", "--config", path, "--from", "2026-11-23T15:00:00Z", "--days", "1")
		long, _, _ := spoken(t, locales[i], "", "oncall", "--config", path, "--from", "2026-11-23T15:00:00Z", "--days", "14")
		for _, want := range wants {
			if code != 0 || !strings.Contains(short+long, want) {
				t.Errorf("%s: no %q in\n%s%s", locales[i], want, short, problems)
			}
		}
	}
	for i, want := range []string{"nobody is on call at 2026-11-01 09:00\n  Sun 2026-11-01 09:00 – Mon 2026-11-02 09:00  NOBODY", "no hay nadie de guardia el 2026-11-01 09:00\n  dom 2026-11-01 09:00 – lun 2026-11-02 09:00  NADIE"} {
		out, _, _ := spoken(t, locales[i], "", "oncall", "--schedule", "payments", "--from", "2026-11-01T12:00:00Z", "--days", "2")
		if !strings.Contains(out, want) {
			t.Errorf("%s: %s", locales[i], out)
		}
	}
}

func TestTheSummaryOfACheckIsInTheReadersLanguage(t *testing.T) {
	path := sampleWith(t, "sqlite::memory:", "sereno.yaml", "\ncalendars:", "\nslack: {bot_token: \"${BOT}\", app_token: \"${APP}\"}\ncalendars:")
	for i, want := range []string{"Slack (socket mode)", "Slack (modo socket)"} {
		if out, problems, _ := spoken(t, locales[i], "", "check", "--without-env", "--config", path); !strings.Contains(out, want) {
			t.Errorf("%s: %s%s", locales[i], out, problems)
		}
	}
}
