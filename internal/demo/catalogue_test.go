package demo

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	es, en := catalogues[company.Spanish], catalogues[company.English]
	if diff := cmp.Diff(slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(es))); diff != "" {
		t.Fatalf("keys (-en +es):\n%s", diff)
	}
	for key := range en {
		values := func(s string) []string {
			found := placeholder.FindAllString(s, -1)
			slices.Sort(found)
			return slices.Compact(found)
		}
		if diff := cmp.Diff(values(en[key]), values(es[key])); diff != "" {
			t.Errorf("%s holds other values (-en +es):\n%s", key, diff)
		}
	}
}

func TestEveryThingThatCanBeSaidHasItsText(t *testing.T) {
	var keys []string
	for _, v := range verbs {
		keys = append(keys, "help."+v.name, "example."+v.name)
	}
	for _, k := range []bot.DeliveryKind{bot.Post, bot.Update, bot.Direct, bot.Ephemeral, bot.Refused, bot.Page, bot.OpenForm} {
		keys = append(keys, "draw."+string(k))
	}
	for _, k := range []console.ProblemKind{
		console.NoUser, console.NoChannel, console.NoMessage, console.NoThread, console.NoButton, console.NoForm,
		console.NoField, console.NoOption, console.MissingField, console.NotYours, console.Elsewhere,
	} {
		keys = append(keys, "problem."+string(k))
	}
	for _, r := range []company.Role{company.Agent, company.Lead, company.Quality, company.Admin} {
		keys = append(keys, "role."+string(r))
	}
	for _, key := range keys {
		if _, ok := catalogues[company.English][key]; !ok {
			t.Errorf("no text for %s", key)
		}
	}
}

func TestTheLocaleChoosesTheLanguage(t *testing.T) {
	for locale, want := range map[string]company.Lang{
		"es_AR.UTF-8": company.Spanish, "ES": company.Spanish, "en_US.UTF-8": company.English, "C": company.English, "": company.English, "pt_BR": company.English,
	} {
		if got := Language(locale); got != want {
			t.Errorf("%q is %s", locale, got)
		}
	}
}
