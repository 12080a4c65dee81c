package commands

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/text"
)

// known are the people of the tests.
func known(person string) bool { return slices.Contains([]string{"luis", "@Ana Pérez"}, person) }

// parsed reads a line as far as the arguments of its verb.
func parsed(t *testing.T, line string) (command, verb string, a args, err error) {
	t.Helper()
	c, words, err := New().parse(company.English, line)
	if err != nil {
		return "", "", nil, err
	}
	v := c.Bare
	if two := c.spaced(words); two != nil {
		v, words = two, words[2:]
	} else if len(words) > 0 && c.verb(strings.ToLower(words[0].text)) != nil {
		v, words = c.verb(strings.ToLower(words[0].text)), words[1:]
	}
	a, err = c.read(company.English, v, words, known)
	return c.Name, v.Name, a, err
}

func TestWhatALineMeans(t *testing.T) {
	for _, tc := range []struct {
		line          string
		command, verb string
		args          args
	}{
		{"/incident take INC-1", "incident", "take", args{"incident": "INC-1"}},
		{"/INCIDENT Take inc-1", "incident", "take", args{"incident": "inc-1"}},
		{"take INC-1", "incident", "take", args{"incident": "INC-1"}},
		{"incident take", "incident", "take", args{}},
		{"/incident take 7", "incident", "take", args{"incident": "7"}},
		{"/incident severity INC-1 critical", "incident", "severity", args{"incident": "INC-1", "severity": "critical"}},
		{"/incident severity Critical", "incident", "severity", args{"severity": "critical"}},
		{"/incident severity INC-1 Alta", "incident", "severity", args{"incident": "INC-1", "severity": "high"}},
		{"/incident severity crítica", "incident", "severity", args{"severity": "critical"}},
		{"/incident origin INC-1 propia", "incident", "origin", args{"incident": "INC-1", "origin": "ours"}},
		{"/incident wait INC-1 customer", "incident", "wait", args{"incident": "INC-1", "party": "customer"}},
		{"/incident assign INC-1 @Ana", "incident", "assign", args{"incident": "INC-1", "person": "@Ana"}},
		{"/incident assign INC-1 @Ana Pérez", "incident", "assign", args{"incident": "INC-1", "person": "@Ana Pérez"}},
		{"/incident note INC-1 two  words", "incident", "note", args{"incident": "INC-1", "text": "two  words"}},
		{"/incident note INC-1 first\n  - second\n", "incident", "note", args{"incident": "INC-1", "text": "first\n  - second"}},
		{"/incident note restarted it", "incident", "note", args{"text": "restarted it"}},
		{"/incident note 3 servers restarted", "incident", "note", args{"text": "3 servers restarted"}},
		{"/incident note inc3 restarted", "incident", "note", args{"incident": "inc3", "text": "restarted"}},
		{"/incident severity 3 critical", "incident", "severity", args{"incident": "3", "severity": "critical"}},
		{"/rca answer 5 disks were full", "rca", "answer", args{"text": "5 disks were full"}},
		{"/incident resolve INC-1", "incident", "resolve", args{"incident": "INC-1"}},
		{"/incident resolve INC-1 the cache was full", "incident", "resolve", args{"incident": "INC-1", "done": "the cache was full"}},
		{"/incident merge INC-2 INC-1", "incident", "merge", args{"incident": "INC-2", "into": "INC-1"}},
		{"/rca start INC-1", "rca", "start", args{"incident": "INC-1"}},
		{"/oncall swap @Ana Pérez fri", "oncall", "swap", args{"person": "@Ana Pérez", "from": "fri"}},
		{"/oncall swap Juan Pérez fri", "oncall", "swap", args{"person": "Juan Pérez", "from": "fri"}},
		{"/report", "report", "", args{}},
		{"/report 2026-11", "report", "", args{"month": "2026-11"}},
		{"/kb error 500 in the API", "kb", "", args{"question": "error 500 in the API"}},
	} {
		t.Run(tc.line, func(t *testing.T) {
			command, verb, a, err := parsed(t, tc.line)
			if err != nil {
				t.Fatal(err)
			}
			if command != tc.command || verb != tc.verb || !maps.Equal(a, tc.args) {
				t.Errorf("got /%s %s %v", command, verb, a)
			}
		})
	}
}

func TestAWrongLineIsToldTheNearestRightOne(t *testing.T) {
	for _, tc := range []struct{ line, key, holds string }{
		{"/incidnt take INC-1", "refuse.no_command", "/incident"},
		{"/reprot", "refuse.no_command", "/report"},
		{"", "refuse.empty_command", "/incident, /sla"},
		{"/incident severity INC-1 critcal", "refuse.choice", "“critical”"},
		{"/incident severity INC-1", "refuse.missing_argument", "/incident severity INC-1 critical"},
		{"/incident take INC-1 now", "refuse.too_much", "“now”"},
		{"/oncall swap luis xx", "refuse.moment_here", "“xx” is no date or time (from). Write it as mon 09:00"},
		{"/oncall swap @Ana Pérez soon", "refuse.moment_here", "“soon” is no date or time"},
		{"/oncall swap luis", "refuse.missing_argument", "from"},
		{"/oncall swap Juan Pérez", "refuse.missing_argument", "from"},
		{"/oncall override payments luis xx 2026-11-26", "refuse.moment_here", "“xx” is no date or time (from)"},
		{"/oncall override payments luis 2026-11-26 xx", "refuse.moment_here", "“xx” is no date or time (to)"},
		{"/incident wait INC-1 supplier", "refuse.choice", "customer, third_party, development"},
		{"/kb", "refuse.missing_argument", "/kb error 500"},
	} {
		t.Run(tc.line, func(t *testing.T) {
			_, _, _, err := parsed(t, tc.line)
			var r *bot.Refusal
			if !errors.As(err, &r) || r.Key != tc.key {
				t.Fatalf("got %v, want %s", err, tc.key)
			}
			if !strings.Contains(err.Error(), tc.holds) {
				t.Errorf("%q does not say %q", err, tc.holds)
			}
		})
	}
}

func TestWhatIsACommandAfterAMention(t *testing.T) {
	tree := New()
	for line, want := range map[string]bool{
		"take INC-1": true, "incident list": true, "/report": true, "rca start": true, "resolve it was the cache": true,
		"note\nthe certificate": true, "resolve\u00a0done": true, "\n": false,
		"tkae": true, "takke INC-1": true, "resolv done": true, "reprot": true, "repor": true,
		"the API fails": false, "": false, "hola": false,
	} {
		if got := tree.Knows(line); got != want {
			t.Errorf("%q: got %v", line, got)
		}
	}
}

func TestWhatIsACommandWhenACustomerMentionsTheBot(t *testing.T) {
	tree := New()
	for line, want := range map[string]bool{
		"incident show INC-1": true, "incident list": true, "kb error 500": true, "/incident show INC-1": true,
		"incident take INC-1": false, "incident: it fails": false, "report: it fails": false, "show INC-1": false,
		"me": true, "/me": true, "me da error al pagar": false,
		"kb": false, "": false, "take INC-1": false,
	} {
		if got := tree.KnowsForCustomers(line); got != want {
			t.Errorf("%q: got %v", line, got)
		}
	}
}

func TestEveryCommandAndArgumentIsExplainedInBothLanguages(t *testing.T) {
	for _, c := range New().Commands() {
		for _, v := range append(slices.Clone(c.Verbs), bare(c)...) {
			if !text.Has(v.helpKey(c)) {
				t.Errorf("%s has no help", v.helpKey(c))
			}
			for _, a := range v.Args {
				if a.Kind != bot.ArgChoice && !text.Has("arg."+a.Name) {
					t.Errorf("arg.%s has no text", a.Name)
				}
			}
			for _, lang := range []company.Lang{company.Spanish, company.English} {
				line := c.exampleOf(v, lang)
				if _, verb, _, err := parsed(t, line); c.Name != "kb" && (err != nil || verb != v.Name) {
					t.Errorf("the example %q does not work: %v", line, err)
				}
			}
		}
	}
}

func bare(c *Command) []*Verb {
	if c.Bare == nil {
		return nil
	}
	return []*Verb{c.Bare}
}

// Mattermost refuses a command that has the name of one of its own, and Slack and
// Discord keep theirs to themselves.
func TestPlatformsRegisterACommandThatTheyDoNotHave(t *testing.T) {
	var names []string
	for _, s := range New().Specs(company.English) {
		names = append(names, s.Name)
	}
	if slices.Contains(names, "me") || !slices.Contains(names, "whoami") {
		t.Errorf("they are told of %v", names)
	}
	for _, name := range []string{"me", "whoami"} {
		if c := New().command(name); c == nil || c.Name != "me" {
			t.Errorf("/%s is %v", name, c)
		}
	}
}

// What is not registered could not be reached where nothing else can be typed.
func TestPlatformsAreToldOfEveryVerbAndOfItsGroup(t *testing.T) {
	for i, s := range New().Specs(company.English) {
		var told, want []string
		for _, v := range s.Verbs {
			told = append(told, v.Name)
			if v.Group != "" && !slices.ContainsFunc(s.Groups, func(g bot.GroupSpec) bool { return g.Name == v.Group && g.Summary != "" }) {
				t.Errorf("/%s %s is in the group %q, which is not told of", s.Name, v.Name, v.Group)
			}
		}
		for _, v := range New().Commands()[i].Verbs {
			want = append(want, v.Name)
		}
		if !slices.Equal(told, want) {
			t.Errorf("/%s: %v, want %v", s.Name, told, want)
		}
	}
}

// Agents' verbs are closed to customers unless the table says otherwise: a new
// verb must be thought about.
func TestWhatCustomersMayUse(t *testing.T) {
	want := []string{"incident new", "incident show", "incident list", "sla list", "sla explain", "sla", "kb search", "kb", "me"}
	var got []string
	for _, c := range New().Commands() {
		for _, v := range append(slices.Clone(c.Verbs), bare(c)...) {
			if v.Customers {
				got = append(got, strings.TrimSpace(c.Name+" "+v.Name))
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("customers may use %v, want %v", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"/incident take INC-1", "/", "severity", "/kb \x00", "INC-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, words, err := New().parse(company.Spanish, line)
		if err != nil {
			return
		}
		for _, v := range append(slices.Clone(c.Verbs), bare(c)...) {
			_, _ = c.read(company.Spanish, v, words, known) // only a panic is wrong
		}
	})
}

func TestWhatIsMissingIsNamedInThePersonsLanguage(t *testing.T) {
	c, words, err := New().parse(company.Spanish, "/kb")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.read(company.Spanish, c.Bare, words, known)
	var refusal *bot.Refusal
	if !errors.As(err, &refusal) || !strings.HasPrefix(text.T(company.Spanish, refusal.Key, refusal.Args...), "Falta un dato: pregunta.") {
		t.Errorf("%v", err)
	}
}
