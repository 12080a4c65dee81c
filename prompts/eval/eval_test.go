package eval_test

import (
	"cmp"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/prompts"
	"sereno/prompts/eval"
	"sereno/prompts/promptstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func cases(t *testing.T) []eval.Case {
	t.Helper()
	out, err := eval.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// assistant is one before an endpoint that always answers the same.
func assistant(t *testing.T, answer string) (*prompts.Assistant, *eval.Wire) {
	t.Helper()
	endpoint, transport := promptstest.New(promptstest.Say(answer)), &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); endpoint.Close() })
	w := &eval.Wire{Next: transport}
	c := config.Assistant{
		BaseURL: endpoint.BaseURL(), Key: promptstest.Key, Model: "m", Structured: config.BySchema, Timeout: 5 * time.Second, Concurrency: 1, MaxOutput: 500,
		Prices: config.Prices{Input: 1, Output: 1}, Redact: config.Redact{Mail: true, Phones: true, Names: true},
	}
	return prompts.New(c, prompts.Options{Transport: w}), w
}

func TestEveryCaseAgainstTheScriptedEndpoint(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(string(c.Prompt)+": "+c.Name, func(t *testing.T) {
			a, w := assistant(t, c.Scripted.Answer)
			r := eval.Run(t.Context(), a, w, c)
			if want := cmp.Or(c.Scripted.Outcome, bot.CallDone); r.Outcome != want || (want == bot.CallDone) != r.Pass {
				t.Errorf("%+v", r)
			}
			if r.In == 0 || r.Cost == 0 || r.Latency == 0 || !strings.HasPrefix(r.Version, string(c.Language)+".") {
				t.Errorf("%+v", r)
			}
			for _, p := range r.Problems {
				if strings.Contains(p, "wire") {
					t.Error(p)
				}
			}
		})
	}
}

func TestEveryPromptHasCasesWithOrdersInThem(t *testing.T) {
	good, refused := map[company.Use]int{}, map[company.Use]int{}
	for _, c := range cases(t) {
		if c.Scripted.Outcome == bot.CallInvalid {
			refused[c.Prompt]++
		} else {
			good[c.Prompt]++
		}
	}
	for _, u := range company.Uses {
		if good[u] == 0 || refused[u] == 0 {
			t.Errorf("%s: %d cases, %d that must be refused", u, good[u], refused[u])
		}
	}
}

func TestAWrongAnswerFailsItsCase(t *testing.T) {
	all := cases(t)
	a, w := assistant(t, `{"title":"x","product":"Webhooks","severity":"low","why":"y","language":"en"}`)
	r := eval.Run(t.Context(), a, w, all[indexOf(all, "una caída de todo el servicio es crítica")])
	want := `severity low, not one of [critical]; product "Webhooks", not "API de pagos"; language en, not es; it does not hold "500"`
	if got := strings.Join(r.Problems, "; "); r.Pass || got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

func indexOf(in []eval.Case, name string) int {
	for i, c := range in {
		if c.Name == name {
			return i
		}
	}
	return 0
}
