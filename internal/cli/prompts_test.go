package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sereno/prompts/eval"
	"sereno/prompts/promptstest"
)

// prompting runs “sereno prompts …” under the sample company with the lines added.
func prompting(t *testing.T, lines string, args ...string) (status int, out, errs string) {
	t.Helper()
	sample, err := os.ReadFile(filepath.Join(sampleFolder, "sereno.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "sereno.yaml")
	if err := os.WriteFile(path, []byte(string(sample)+lines), 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "CONFIG" {
			args[i] = path
		}
	}
	var o, e strings.Builder
	status = Run(t.Context(), Process{Args: append([]string{"prompts"}, args...), Out: &o, Err: &e, Env: func(name string) (string, bool) {
		return promptstest.Key, name == "ASSISTANT_KEY"
	}})
	return status, o.String(), e.String()
}

// right answers each case as its script does, when that is a right answer.
func right(t *testing.T) func(promptstest.Request) promptstest.Reply {
	cases, err := eval.Cases()
	if err != nil {
		t.Fatal(err)
	}
	next := 0
	return func(promptstest.Request) promptstest.Reply {
		defer func() { next++ }()
		return promptstest.Reply{Content: cases[min(next, len(cases)-1)].Scripted.Answer}
	}
}

func TestPromptsEvalAsksTheEndpointAndPrintsATable(t *testing.T) {
	endpoint := promptstest.New(right(t))
	defer endpoint.Close()
	lines := "\nassistant: {model: m1, key: '${ASSISTANT_KEY}', base_url: '" + endpoint.BaseURL() + "', prices: {input: 1, output: 2}}\n"
	status, out, errs := prompting(t, lines, "eval", "--config", "CONFIG")
	if status != failed || errs != "" || !strings.Contains(out, "fail") || !strings.Contains(out, "passed with m1:") {
		t.Errorf("%d\n%s%s", status, out, errs)
	}
	endpoint.Script(promptstest.Say(`{"title":"Cambiar el logo","product":"Portal","severity":"low","why":"Es una pregunta.","language":"es"}`))
	status, out, _ = prompting(t, lines, "eval", "--config", "CONFIG", "--prompt", "triage", "--lang", "es", "--json")
	var results []eval.Result
	for line := range strings.Lines(out) {
		var r eval.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	if status != failed || len(results) != 2 || results[0].Pass || !results[1].Pass || results[1].In == 0 || results[1].Cost == 0 {
		t.Errorf("%d: %+v", status, results)
	}
}

func TestPromptsEvalPassesWhenEveryCaseDoes(t *testing.T) {
	endpoint := promptstest.New(promptstest.Say(`{"causes":[]}`))
	defer endpoint.Close()
	lines := "\nassistant: {model: m1, key: '${ASSISTANT_KEY}', base_url: '" + endpoint.BaseURL() + "'}\n"
	if status, out, errs := prompting(t, lines, "eval", "--config", "CONFIG", "--prompt", "causes", "--lang", "es"); status != done {
		t.Errorf("%d\n%s%s", status, out, errs)
	}
}

func TestHowPromptsIsCalledWrongly(t *testing.T) {
	for want, args := range map[string][]string{
		"has no assistant":                       {"eval", "--config", "CONFIG"},
		`there is no prompt "chat"; there are t`: {"eval", "--prompt", "chat"},
		`there is no language "fr" here`:         {"eval", "--lang", "fr"},
		"name one prompt":                        {"show"},
		"name one with --config":                 {"eval", "--config", "nowhere.yaml"},
		`Did you mean`:                           {"evall"},
	} {
		if status, _, errs := prompting(t, "", args...); status != badInput || !strings.Contains(errs, want) {
			t.Errorf("%v: %d %s", args, status, errs)
		}
	}
}

func TestPromptsAreListedAndShown(t *testing.T) {
	if status, out, _ := prompting(t, "", "list"); status != done || strings.Count(out, "\n") != 11 || !strings.Contains(out, "triage   es") {
		t.Errorf("%d\n%s", status, out)
	}
	if status, out, _ := prompting(t, "", "show", "triage", "--lang", "es"); status != done || !strings.Contains(out, "Ayudás a un equipo") {
		t.Errorf("%d\n%s", status, out)
	}
}

func TestPromptsEvalNeedsNoOtherSecretThanTheAssistants(t *testing.T) {
	endpoint := promptstest.New(promptstest.Say(`{"causes":[]}`))
	defer endpoint.Close()
	lines := "\nstore: '${SERENO_STORE}'\nassistant: {model: m1, key: '${ASSISTANT_KEY}', base_url: '" + endpoint.BaseURL() + "'}\n"
	if status, out, errs := prompting(t, lines, "eval", "--config", "CONFIG", "--prompt", "causes", "--lang", "es"); status != done {
		t.Errorf("%d\n%s%s", status, out, errs)
	}
	lines = strings.Replace(lines, "ASSISTANT_KEY", "ANOTHER_KEY", 1)
	if status, _, errs := prompting(t, lines, "eval", "--config", "CONFIG"); status == done || !strings.Contains(errs, "ANOTHER_KEY") {
		t.Errorf("%d\n%s", status, errs)
	}
}
