package config

import (
	"errors"
	"os"
	"strings"
	"testing"

	"sereno/bot/company"
)

// Whatever a file holds, it is a company that can be served or a list of
// problems with places in it.
func FuzzParse(f *testing.F) {
	f.Add(string(sample))
	f.Add(base)
	for _, rows := range allMistakes {
		for _, m := range rows {
			doc := m.whole
			if doc == "" {
				doc = base
			}
			for _, e := range m.edits {
				if e.old == "" {
					doc += e.new
				} else {
					doc = strings.Replace(doc, e.old, e.new, 1)
				}
			}
			f.Add(strings.ReplaceAll(doc, "^", ""))
		}
	}
	if example, err := os.ReadFile("../../docs/sereno.example.yaml"); err == nil {
		f.Add(string(example))
	}
	f.Fuzz(func(t *testing.T, doc string) {
		c, err := Parse("sereno.yaml", []byte(doc), testEnv)
		if err == nil {
			checkServable(t, c)
			if d := Diff(c, c); len(d) > 0 {
				t.Errorf("it differs from itself: %q", d)
			}
			return
		}
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("the error is %T: %v", err, err)
		}
		lines := 1 // YAML breaks lines at more than \n
		for _, r := range doc {
			if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) {
				lines++
			}
		}
		for i, p := range problems {
			en, es := p.Text(company.English), p.Text(company.Spanish)
			if p.Line < 1 || p.Line > lines+1 || p.Col < 1 || strings.ContainsAny(en+es, "\n\x1b") {
				t.Errorf("problem %q of %d lines", en, lines)
			}
			if i > 0 && before(position{p.Line, p.Col}, position{problems[i-1].Line, problems[i-1].Col}) {
				t.Errorf("problem %q comes after its place", en)
			}
		}
	})
}

// checkServable holds a company to what everybody else relies on.
func checkServable(t *testing.T, c *Config) {
	t.Helper()
	co := c.Company
	for _, x := range co.Contracts {
		if err := x.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, x := range co.Customers {
		if x.Contract == nil || x.Team == nil || len(x.Channels) == 0 || x.Zone == nil || x.Language == "" {
			t.Errorf("customer %+v", x)
		}
	}
	for _, x := range co.Teams {
		if len(x.Agents) == 0 || len(x.Channels) == 0 || x.Policy == nil || len(x.Policy.Steps) == 0 || x.Zone == nil {
			t.Errorf("team %+v", x)
		}
	}
	for _, x := range co.Policies {
		if err := x.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, x := range co.Schedules {
		if err := x.Check(); err != nil {
			t.Error(err)
		}
		for _, key := range x.People() {
			if co.Person(key) == nil {
				t.Errorf("schedule %s names %q", x.Name, key)
			}
		}
	}
	for _, x := range co.People {
		if x.Zone == nil || x.Language == "" || x.Identities[console] == "" {
			t.Errorf("person %+v", x)
		}
	}
	for _, x := range co.Calendars {
		if x == nil {
			t.Error("a calendar is nil")
		}
	}
}
