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
	literalKey = regexp.MustCompile(`(?:text\.T\([^"()]*(?:\([^()]*\)[^"()]*)*|Refuse\(|d\.done\(|tellTeam\(inc, |tellCustomer\(inc, |settleQuestion\(inc, |wrong\()"([a-z_]+(?:\.[a-z_0-9]+)+)"(\s*\+)?`)
	family     = regexp.MustCompile(`"([a-z_]+(?:\.[a-z_]+)*\.)"\s*\+`)
)

func TestEveryTextThatTheCodeNamesExists(t *testing.T) {
	en := catalogue(t, "en")
	seen := 0
	for _, dir := range []string{"..", "../../commands"} {
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
