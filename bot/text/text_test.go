package text_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"go.yaml.in/yaml/v3"

	"sereno/bot/company"
	"sereno/bot/incident"
	"sereno/bot/sla"
	"sereno/bot/text"
)

func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(lang + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := yaml.Unmarshal(data, &m); err != nil {
		t.Fatalf("%s.yaml: %v", lang, err)
	}
	return m
}

var slot = regexp.MustCompile(`\{([a-z]+)`)

func slots(s string) []string {
	var out []string
	for _, m := range slot.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return out
}

func TestEveryTextExistsInBothLanguages(t *testing.T) {
	es, en := catalogue(t, "es"), catalogue(t, "en")
	for key, want := range es {
		got, ok := en[key]
		if !ok {
			t.Errorf("%s has no English text", key)
		} else if !slices.Equal(slots(want), slots(got)) {
			t.Errorf("%s takes %v in Spanish and %v in English", key, slots(want), slots(got))
		}
		if strings.TrimSpace(want) == "" || strings.TrimSpace(got) == "" && ok {
			t.Errorf("%s is empty in a language", key)
		}
	}
	for key := range en {
		if _, ok := es[key]; !ok {
			t.Errorf("%s has no Spanish text", key)
		}
	}
}

// Keys in the source are literals, or a literal family followed by a value.
var (
	literalKey = regexp.MustCompile(`(?:text\.T\([^"()]*(?:\([^()]*\)[^"()]*)*|Refuse\(|d\.done\(|tellTeam\(inc, |tellCustomer\(inc, |settleQuestion\(inc, |wrong\(|usage\(|NewError\(|WrapError\(err, |wrong\([a-z.+ 1()]+, )"([a-z_]+(?:\.[a-z_0-9]+)+)"(\s*\+)?`)
	family     = regexp.MustCompile(`"([a-z_]+(?:\.[a-z_]+)*\.)"\s*\+`)
)

func TestEveryTextThatTheCodeNamesExists(t *testing.T) {
	en := catalogue(t, "en")
	seen := 0
	for _, dir := range []string{"..", "../ical", "../../commands", "../../internal/cli", "../../internal/platforms", "../../internal/replay", "../../store"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range literalKey.FindAllStringSubmatch(string(data), -1) {
				seen++
				if _, ok := en[m[1]]; !ok && m[2] == "" {
					t.Errorf("%s names %q, which is in no catalogue", f, m[1])
				}
			}
			if dir != ".." && dir != "../../commands" {
				continue // there are families of other catalogues
			}
			for _, m := range family.FindAllStringSubmatch(string(data), -1) {
				if !slices.ContainsFunc(keys(en), func(k string) bool { return strings.HasPrefix(k, m[1]) }) {
					t.Errorf("%s names the family %q, which is in no catalogue", f, m[1])
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d keys were found in the code: the test no longer sees how texts are named", seen)
	}
}

var (
	constant = regexp.MustCompile(`"([a-z_0-9.-]+)"`)
	joined   = regexp.MustCompile(`^[a-z_0-9-]+(\.[a-z_0-9-]+)*[._]$`)
)

// A text is named by its key, or by the beginning of it and what the code adds: a
// code, a number, or a constant that begins with an underscore.
func TestEveryTextIsUsed(t *testing.T) {
	named, beginnings, endings := map[string]bool{}, []string{}, []string{}
	err := filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range constant.FindAllStringSubmatch(string(data), -1) {
			switch {
			case joined.MatchString(m[1]):
				beginnings = append(beginnings, m[1])
			case strings.HasPrefix(m[1], "_"):
				endings = append(endings, m[1])
			default:
				named[m[1]] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range catalogue(t, "en") {
		isJoined := func(beginning string) bool { return strings.HasPrefix(key, beginning) }
		isExtended := func(ending string) bool {
			beginning, ok := strings.CutSuffix(key, ending)
			return ok && named[beginning]
		}
		if !named[key] && !slices.ContainsFunc(beginnings, isJoined) && !slices.ContainsFunc(endings, isExtended) {
			t.Errorf("nothing says %s: delete it", key)
		}
	}
}

func keys(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

func TestEveryCodeHasWords(t *testing.T) {
	var want []string
	for _, s := range sla.Severities {
		want = append(want, "severity."+string(s))
	}
	for _, n := range sla.Names {
		want = append(want, "clock."+string(n), "promise."+string(n))
	}
	for _, s := range incident.Statuses {
		want = append(want, "status."+string(s))
	}
	for _, o := range incident.Origins {
		want = append(want, "origin."+string(o))
	}
	for _, tr := range incident.Transitions {
		want = append(want, "action."+string(tr.Action))
	}
	for _, k := range incident.EntryKinds {
		want = append(want, "entry."+string(k))
	}
	for _, key := range want {
		if !text.Has(key) {
			t.Errorf("%s has no text", key)
		}
	}
}

func TestT(t *testing.T) {
	for _, tc := range []struct {
		name string
		lang company.Lang
		key  string
		args []any
		want string
	}{
		{"a value is put in", "en", "done.taken", []any{"id", "INC-1", "name", "Ana"}, "INC-1 belongs to Ana."},
		{"one is singular", "en", "list.title", []any{"n", 1}, "1 open incident"},
		{"none is plural", "es", "list.title", []any{"n", 0}, "0 incidentes abiertos"},
		{"braces in a value stay", "en", "done.taken", []any{"id", "{name}", "name", "x"}, "{name} belongs to x."},
		{"an unknown language reads English", "fr", "kb.nothing", nil, "I found no article that clearly answers this."},
		{"an unknown key reads as itself", "es", "no.such", nil, "no.such"},
		{"a missing value is seen", "en", "done.taken", []any{"id", "INC-1"}, "INC-1 belongs to {name}."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := text.T(tc.lang, tc.key, tc.args...); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestWhen(t *testing.T) {
	ba, err := time.LoadLocation("America/Argentina/Buenos_Aires")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 23, 30, 0, 0, ba)
	for _, tc := range []struct {
		at     time.Time
		es, en string
	}{
		{now.Add(15 * time.Minute), "hoy 23:45", "today 23:45"},
		{now.Add(time.Hour), "mañana 00:30", "tomorrow 00:30"},
		{now.Add(-24 * time.Hour), "ayer 23:30", "yesterday 23:30"},
		{now.Add(72 * time.Hour), "sáb 28/11 23:30", "Sat 28 Nov 23:30"},
		{now.AddDate(1, 0, 0), "jue 25/11/2027 23:30", "Thu 25 Nov 2027 23:30"},
		{now.AddDate(0, -8, 0), "mié 25/03/2026 23:30", "Wed 25 Mar 2026 23:30"},
		{now.AddDate(0, 2, 0), "lun 25/01 23:30", "Mon 25 Jan 23:30"},
	} {
		if got := text.When("es", tc.at.UTC(), ba, now.UTC()); got != tc.es {
			t.Errorf("es: got %q, want %q", got, tc.es)
		}
		if got := text.When("en", tc.at.UTC(), ba, now.UTC()); got != tc.en {
			t.Errorf("en: got %q, want %q", got, tc.en)
		}
	}
	if got := text.Zone(ba); got != "Buenos Aires" {
		t.Errorf("zone: got %q", got)
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 59 * time.Second: "59 s", time.Minute: "1 min", 90 * time.Minute: "1 h 30 min",
		27 * time.Hour: "27 h", -5 * time.Minute: "-5 min",
	} {
		if got := text.Duration(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}

func TestWhatHasJustHappenedIsSaidSo(t *testing.T) {
	for _, tc := range []struct {
		lang      company.Lang
		d         time.Duration
		ago, left string
	}{
		{"es", 0, "recién", "ahora"},
		{"es", 999 * time.Millisecond, "recién", "ahora"},
		{"es", time.Second, "hace 1 s", "en 1 s"},
		{"es", time.Hour, "hace 1 h", "en 1 h"},
		{"en", 0, "just now", "now"},
		{"en", 5 * time.Minute, "5 min ago", "5 min left"},
	} {
		if ago, left := text.Ago(tc.lang, tc.d), text.Left(tc.lang, tc.d); ago != tc.ago || left != tc.left {
			t.Errorf("%s in %s: %q and %q, want %q and %q", tc.d, tc.lang, ago, left, tc.ago, tc.left)
		}
	}
}

// What agrees with a number of hours would be wrong of one hour, or of minutes.
func TestNoSpanishWordAgreesWithADuration(t *testing.T) {
	for _, key := range []string{
		"explain.before", "explain.running", "explain.paused", "explain.other.from_now", "explain.other.from_start",
		"explain.otherwise", "explain.otherwise_dateless", "explain.otherwise_unbegun", "promise.paused",
		"drill.how.ended", "drill.how.stopped",
	} {
		told := text.T("es", key, "n", 1, "amount", "1 h", "left", "1 h", "elapsed", "1 h", "took", "1 h")
		for _, plural := range []string{"contados", "quedan", "a los "} {
			if strings.Contains(told, plural) {
				t.Errorf("%s: %s", key, told)
			}
		}
	}
}

func TestASpanOverTheHourThatComesTwiceTellsItsEndsApart(t *testing.T) {
	utc := func(day, h, m int) time.Time { return time.Date(2026, 10, day, h, m, 0, 0, time.UTC) }
	for _, tt := range []struct {
		zone     string
		from, to time.Time
		want     string
	}{
		{"Europe/Madrid", utc(25, 0, 30), utc(25, 1, 30), "Sun 25 Oct 02:30 CEST–02:30 CET"},
		{"Europe/Madrid", utc(25, 0, 50), utc(25, 1, 10), "Sun 25 Oct 02:50 CEST–02:10 CET"},
		{"Europe/Madrid", utc(25, 0, 10), utc(25, 1, 40), "Sun 25 Oct 02:10 CEST–02:40 CET"},
		{"Europe/Madrid", utc(24, 20, 0), utc(25, 1, 30), "Sat 24 Oct 22:00 CEST–Sun 25 Oct 02:30 CET"},
		{"Europe/Madrid", utc(25, 0, 30), utc(25, 3, 0), "Sun 25 Oct 02:30 CEST–04:00 CET"},
		{"Europe/Madrid", utc(25, 0, 10), utc(25, 0, 30), "Sun 25 Oct 02:10–02:30"},
		{"Europe/Madrid", utc(25, 1, 10), utc(25, 1, 30), "Sun 25 Oct 02:10–02:30"},
		{"Europe/Madrid", utc(24, 20, 0), utc(25, 7, 0), "Sat 24 Oct 22:00–Sun 25 Oct 08:00"},
		{"America/Argentina/Buenos_Aires", utc(25, 0, 30), utc(25, 1, 30), "Sat 24 Oct 21:30–22:30"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := text.Span(company.English, tt.from, tt.to, time.Time{}, zone); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestLinesThatSayTheSameAreOne(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 11, 25, h, 0, 0, 0, time.UTC) }
	lines := []sla.Line{
		{From: at(9), To: at(10), Kind: sla.Counted, Calendar: "office"},
		{From: at(10), To: at(11), Kind: sla.Stopped, Why: sla.Unpromised},
		{From: at(11), To: at(12), Kind: sla.Stopped, Why: sla.Unpromised},
		{From: at(12), To: at(13), Kind: sla.Stopped, Why: sla.Solved},
		{From: at(13), To: at(14), Kind: sla.Counted, Calendar: "office"},
		{From: at(14), To: at(15), Kind: sla.Counted, Calendar: "office"},
		{From: at(15), To: at(16), Kind: sla.Counted, Calendar: "night"},
	}
	want := []string{
		"Wed 25 Nov 09:00–10:00 counted (1 h)",
		"10:00–12:00 paused: the contract promised nothing then",
		"12:00–13:00 paused: it was resolved",
		"13:00–15:00 counted (2 h)",
		"15:00–16:00 counted (1 h)",
	}
	if got := text.Arithmetic(company.English, time.UTC, slices.Values(lines)); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := text.Arithmetic(company.English, time.UTC, slices.Values(lines[:0])); len(got) != 0 {
		t.Errorf("of no lines: %q", got)
	}
}

func TestAChangeOfTermsOrOfHoursIsToldAlike(t *testing.T) {
	for lang, want := range map[company.Lang]string{"es": "Los plazos o el horario cambiaron", "en": "The deadlines or the hours changed"} {
		for _, key := range []string{"explain.other.from_now", "explain.other.from_start"} {
			if got := text.T(lang, key); !strings.HasPrefix(got, want) {
				t.Errorf("%s in %s: %s", key, lang, got)
			}
		}
	}
}

func TestWhatIsNotThereIsSaidWithWhatToDo(t *testing.T) {
	for key, want := range map[string]map[company.Lang]string{
		"refuse.not_found": {"es": "/incident list muestra los abiertos", "en": "/incident list shows those that are open"},
		"link.over":        {"es": "Mirá el incidente en el chat", "en": "Look at the incident in the chat"},
		"page.dateless":    {"es": "darle horas en la configuración", "en": "needs hours in the configuration"},
		"explain.never":    {"es": "darle horas en la configuración", "en": "give it hours in the configuration"},
	} {
		for lang, remedy := range want {
			if got := text.T(lang, key, "id", "INC-99"); !strings.Contains(got, remedy) {
				t.Errorf("%s in %s has no remedy: %s", key, lang, got)
			}
		}
	}
}

func TestDecimal(t *testing.T) {
	for lang, want := range map[company.Lang]string{company.Spanish: "4,5", company.English: "4.5"} {
		if got := text.Decimal(lang, 4.5); got != want {
			t.Errorf("in %s: %s, want %s", lang, got, want)
		}
	}
}

func TestASpanSaysTheYearWhereItIsAnother(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 10, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		from, to, before time.Time
		want             string
	}{
		{day(2026, 12, 24), day(2026, 12, 26), time.Time{}, "Thu 24 Dec 10:00–Sat 26 Dec 10:00"},
		{day(2026, 12, 24), day(2027, 1, 4), day(2026, 12, 24), "10:00–Mon 4 Jan 10:00"},
		{day(2026, 12, 24), day(2027, 12, 24), day(2026, 12, 24), "10:00–Fri 24 Dec 2027 10:00"},
		{day(2027, 12, 24), day(2027, 12, 24), day(2026, 12, 24), "Fri 24 Dec 2027 10:00–10:00"},
	} {
		if got := text.Span(company.English, tt.from, tt.to, tt.before, time.UTC); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
