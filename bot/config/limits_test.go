package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/bot/company"
)

// A document that means harm is refused in words, and soon.
func TestHostileDocuments(t *testing.T) {
	bomb := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 12; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	var keys, names, dates strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&keys, "key%d: 1\n", i)
		fmt.Fprintf(&names, "  n%d: 1\n", i)
	}
	for i := range 100_000 {
		fmt.Fprintf(&dates, "%d-01-01,", 2000+i%1000)
	}
	for _, tt := range []struct{ name, doc, want string }{
		{"more bytes than we read", strings.Repeat("#", maxBytes+1), "the file is larger than 4 MiB: take out what is not needed"},
		{"aliases of aliases", bomb, "the document holds more than 200000 values, aliases included: write the values out where they are needed"},
		{"lists in lists", "kb: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "the values are nested more than 64 levels deep: write the values out where they are needed"},
		{"brackets that never close", strings.Repeat("[", 1<<20), ""},
		{"60,000 unknown keys", keys.String(), "there are more than 500 problems: correct these first"},
		{"60,000 people who are none", strings.Replace(base, "people:\n", "people:\n"+names.String(), 1), "there are more than 500 problems: correct these first"},
		{"100,000 holidays", strings.Replace(base, `["12-25"]`, "["+dates.String()+"]", 1), "100000 entries are too many, 1000 is the limit: take out what is not needed"},
		{"a key of a million letters", strings.Repeat("k", 1_000_000) + ": 1\n", ""},
		{"quotation marks that never close", strings.Repeat("a: \"b\n", 40_000), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			got := problemsOf(t, tt.doc).Text(company.English)
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %s", took)
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("it does not say %q:\n%.2000s", tt.want, got)
			}
			if lines := strings.Count(got, "\n"); lines > maxProblems || len(got) > 1<<20 {
				t.Errorf("it says %d bytes in %d lines", len(got), lines)
			}
		})
	}
}

// What somebody wrote is repeated without what a terminal would obey.
func TestMessagesRepeatNothingThatATerminalObeys(t *testing.T) {
	got := problemsOf(t, strings.Replace(base, "language: es", `language: "e\e[31m\u202e\ns"`, 1)).Text(company.English)
	if strings.ContainsAny(got, "\x1b\u202e\n") {
		t.Errorf("%q", got)
	}
}
