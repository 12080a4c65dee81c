package platforms

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sereno/bot/company"
)

var slot = regexp.MustCompile(`\{[a-z]+\}`)

// Every sentence exists in both languages, with the same values in it.
func TestEverySentenceIsInBothLanguages(t *testing.T) {
	all := []map[string]sentence{common}
	for _, p := range All {
		all = append(all, p.words)
	}
	for _, words := range all {
		for code, s := range words {
			slots := func(s string) []string { return slices.Sorted(slices.Values(slot.FindAllString(s, -1))) }
			if s.en == "" || s.es == "" {
				t.Errorf("%s is missing in a language: %+v", code, s)
			}
			if d := cmp.Diff(slots(s.en), slots(s.es)); d != "" {
				t.Errorf("%s holds different values:\n%s", code, d)
			}
		}
	}
}

// A problem of which nobody knows more is told as the adapter tells it.
func TestAProblemWithoutASentenceIsToldAsItIs(t *testing.T) {
	got := slackPlatform.Tell(Problem{"novel", "C1", "nobody knows"}, company.Spanish, func(id string) string { return id })
	if got != "novel C1: nobody knows" {
		t.Error(got)
	}
}

// What people read about the bot is short enough for every platform.
func TestWordsAboutTheBotFit(t *testing.T) {
	for _, lang := range slices.Sorted(maps.Keys(about)) {
		w := about[lang]
		if len([]rune(w.app)) > 140 || len([]rune(w.open)) > 24 || strings.ContainsAny(w.app+w.open, "<>@") {
			t.Errorf("%s: %+v", lang, w)
		}
	}
}
