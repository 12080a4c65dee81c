package prompts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/sla"
	"sereno/prompts"
	"sereno/prompts/promptstest"
)

func TestEveryUseHasAPromptInBothLanguages(t *testing.T) {
	have := map[string]bool{}
	for _, p := range prompts.Templates() {
		have[p.Name+"."+string(p.Language)] = true
	}
	for _, u := range company.Uses {
		for _, lang := range []company.Lang{company.Spanish, company.English} {
			if !have[string(u)+"."+string(lang)] {
				t.Errorf("%s has no prompt in %s", u, lang)
			}
		}
	}
	if len(have) != 2*len(company.Uses) {
		t.Errorf("there are %d prompts", len(have))
	}
}

func TestWhatFitsIsTaken(t *testing.T) {
	want := map[string]any{
		"triage":  &bot.TriageProposal{Title: "Payments API answers HTTP 500", Product: "Payments API", Severity: sla.Critical, Why: "Nobody can pay.", Language: "en"},
		"answer":  &bot.AnswerProposal{Sentences: []bot.Sentence{{Text: "Open Settings, choose API keys and press Rotate.", Sources: []string{"api-keys"}}, {Text: "The old key works for 24 hours.", Sources: []string{"api-keys"}}}, Confidence: 0.95, Grounded: true},
		"summary": &bot.Summary{Situation: "María Pérez reports HTTP 500 of the payments API.", Done: []string{"The disk of db-3 is full"}, Open: []string{}, Next: []string{"Rotate the logs"}},
		"article": &bot.ArticleProposal{Title: "Payments API answers HTTP 500", Symptom: "HTTP 500", Cause: "The disk is full", Solution: "1. Free the disk", Tags: []string{"http 500"}},
		"causes":  &bot.CausesProposal{Causes: []bot.Cause{{Text: "Logs are not rotated.", Evidence: "Nobody rotates the logs."}}},
	}
	for _, u := range uses {
		t.Run(u.name, func(t *testing.T) {
			w := newWorld(t, promptstest.Say(u.good))
			got, calls, err := u.ask(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want[u.name], got); d != "" {
				t.Error(d)
			}
			c := calls[0]
			if len(calls) != 1 || c.Prompt != u.name || c.Version != map[string]string{"article": "en.2"}[u.name] && c.Version != "en.1" || c.Model != "model-1" || c.Outcome != bot.CallDone || c.Incident != 7 || c.Customer != "acme" || c.At.IsZero() {
				t.Errorf("%+v", calls)
			}
			if cost := (float64(c.TokensIn) + 2*float64(c.TokensOut)) / 1e6; c.TokensIn == 0 || c.TokensOut == 0 || c.Cost != cost {
				t.Errorf("%d and %d tokens cost %v", c.TokensIn, c.TokensOut, c.Cost)
			}
			if w.endpoint.Requests()[0].Name != u.name {
				t.Errorf("the schema is that of %q", w.endpoint.Requests()[0].Name)
			}
		})
	}
}

func TestAnAnswerThatIsNoneIsAskedForOnceAgain(t *testing.T) {
	for _, bad := range []string{
		"", "I would say critical.", `{"title":"x"}`, `[]`, strings.Replace(goodTriage, `"critical"`, `"catastrophic"`, 1),
		strings.Replace(goodTriage, `"Payments API",`, `"Nuclear plant",`, 1), strings.Replace(goodTriage, `{"title"`, `{"refund":true,"title"`, 1),
		goodTriage + goodTriage, strings.Replace(goodTriage, "Payments API answers HTTP 500", strings.Repeat("x", 500), 1),
	} {
		w := newWorld(t, func(r promptstest.Request) promptstest.Reply {
			if r.Try == 1 {
				return promptstest.Reply{Content: bad}
			}
			return promptstest.Reply{Content: goodTriage}
		})
		got, calls, err := w.Triage(t.Context(), triageRequest())
		if err != nil || got == nil || outcomes(calls) != "invalid done" {
			t.Errorf("%.40q: %v, %s", bad, err, outcomes(calls))
		}
		if again := w.endpoint.Requests()[1]; len(again.Messages) != 4 || bad != "" && strings.Contains(again.Messages[3], bad) {
			t.Errorf("%.40q: asked again with %q", bad, again.Messages[2:])
		}
	}
}

func TestAfterTwoAnswersThatAreNoneItGoesOnWithout(t *testing.T) {
	for _, u := range uses {
		w := newWorld(t, promptstest.Say("no idea"))
		if got, calls, err := u.ask(t.Context(), w); err == nil || outcomes(calls) != "invalid invalid" {
			t.Errorf("%s: %v, %v, %s", u.name, got, err, outcomes(calls))
		}
	}
}

func TestWhatModelsWrapAnAnswerInIsTakenOff(t *testing.T) {
	for _, wrapped := range []string{"```json\n" + goodTriage + "\n```", "<think>{\"title\": hm}</think>\n" + goodTriage, "```\n" + goodTriage + "```"} {
		w := newWorld(t, promptstest.Say(wrapped))
		if _, calls, err := w.Triage(t.Context(), triageRequest()); err != nil || len(calls) != 1 {
			t.Errorf("%.20q: %v", wrapped, err)
		}
	}
}

func TestHowCallsFail(t *testing.T) {
	for _, tt := range []struct {
		name  string
		reply promptstest.Reply
		want  string
	}{
		{"the endpoint is broken", promptstest.Reply{Status: 500}, "unavailable"},
		{"too many requests", promptstest.Reply{Status: 429}, "unavailable"},
		{"a request that it will not take", promptstest.Reply{Status: 400}, "refused"},
		{"a page of HTML", promptstest.Reply{Raw: "<html>" + secretWords}, "unavailable"},
		{"an error that is no JSON", promptstest.Reply{Status: 502, Raw: "bad gateway: " + secretWords}, "unavailable"},
		{"no choices", promptstest.Reply{Raw: `{"choices":[]}`}, "invalid invalid"},
		{"the model refuses", promptstest.Reply{Refusal: "I cannot help with that"}, "refused"},
		{"a filter", promptstest.Reply{Content: "x", Finish: "content_filter"}, "refused"},
		{"cut off", promptstest.Reply{Content: goodTriage, Finish: "length"}, "invalid invalid"},
		{"another address", promptstest.Reply{Location: "http://127.0.0.1:1/"}, "unavailable"},
		{"no end", promptstest.Reply{Hang: true}, "timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, func(promptstest.Request) promptstest.Reply { return tt.reply }, func(c *config.Assistant) {
				if tt.reply.Hang {
					c.Timeout = 50 * time.Millisecond
				}
			})
			got, calls, err := w.Triage(t.Context(), triageRequest())
			if err == nil || got != nil || outcomes(calls) != tt.want {
				t.Fatalf("%v, %v: %s", got, err, outcomes(calls))
			}
			w.tellsNothing(t, err)
		})
	}
}

// tellsNothing: neither what was said nor the key is in an error or the log.
func (w *world) tellsNothing(t *testing.T, err error) {
	t.Helper()
	shown := fmt.Sprint(err) + w.log.String()
	for _, secret := range []string{secretWords, promptstest.Key, "hunter2", "maria@acme.com", "You help a support team"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q is told: %s", secret, shown)
		}
	}
	if !strings.Contains(w.log.String(), "outcome=") {
		t.Errorf("the log says nothing of the call: %s", w.log.String())
	}
}

func TestAWrongKeyIsNotRepeated(t *testing.T) {
	w := newWorld(t, promptstest.Say(goodTriage), func(c *config.Assistant) { c.Key = "sk-wrong-verysecret" })
	_, _, err := w.Triage(t.Context(), triageRequest())
	if err == nil || !strings.Contains(err.Error(), "401 (invalid_api_key)") || strings.Contains(err.Error()+w.log.String(), "verysecret") {
		t.Errorf("%v\n%s", err, w.log.String())
	}
}

func TestNothingThatIsTakenOutGoesOverTheWire(t *testing.T) {
	for _, u := range uses {
		w := newWorld(t, promptstest.Say(u.good))
		if _, _, err := u.ask(t.Context(), w); err != nil {
			t.Fatal(u.name, err)
		}
		sent := w.endpoint.Sent()
		for _, secret := range []string{"maria@acme.com", "hunter2", "María", "Pérez", "Luis", "4321-5678", "abcdef0123456789abcd", "keys@sereno.example"} {
			if strings.Contains(sent, secret) {
				t.Errorf("%s sends %s:\n%s", u.name, secret, sent)
			}
		}
		w.tellsNothing(t, nil)
	}
}

func TestAnArticleDoesNotGetBackWhatWasTakenOut(t *testing.T) {
	w := newWorld(t, promptstest.Say(`{"title":"HTTP 500 for [[PERSON_1]]","symptom":"[[PERSON_1]] sees HTTP 500","cause":"","solution":"1. Ask [[PERSON_2]]","tags":[]}`))
	got, _, err := w.DraftArticle(t.Context(), articleRequest())
	if err != nil {
		t.Fatal(err)
	}
	if all := fmt.Sprint(got); strings.Contains(all, "[[") || strings.Contains(all, "María") || strings.Contains(all, "Ana") {
		t.Error(all)
	}
}

// What the person who drafts it has let stand may stand, but no key or number.
func TestAnArticleGetsBackWhatItsDraftHolds(t *testing.T) {
	w := newWorld(t, func(r promptstest.Request) promptstest.Reply { // it says what it was given
		return promptstest.Reply{Content: fmt.Sprintf(`{"title":"HTTP 500","symptom":%q,"cause":"","solution":"1. [[PERSON_1]]","tags":[]}`, r.Data["draft"])}
	})
	r := articleRequest()
	r.Draft = "Write to keys@sereno.example, not to Ana; mine is sk-" + "abcdef0123456789abcd"
	got, _, err := w.DraftArticle(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got.Symptom != "Write to keys@sereno.example, not to Ana; mine is …" || got.Solution != "1. …" {
		t.Errorf("%+v", got)
	}
	sent := w.endpoint.Sent()
	for _, secret := range []string{"keys@sereno.example", "Ana", "abcdef0123456789abcd"} {
		if strings.Contains(sent, secret) {
			t.Errorf("it sends %s", secret)
		}
	}
}

func TestNoCallIsMadeThatTheBudgetDoesNotCover(t *testing.T) {
	for name, tt := range map[string]struct {
		budget config.Budget
		spent  ledger
		made   bool
	}{
		"nothing was spent":                   {config.Budget{Tokens: 100_000, CustomerTokens: 50_000}, ledger{}, true},
		"all tokens of the day are used up":   {config.Budget{Tokens: 100_000}, ledger{"": {Tokens: 100_000}}, false},
		"those of the customer are":           {config.Budget{Tokens: 100_000, CustomerTokens: 1000}, ledger{"": {Tokens: 1000}, "acme": {Tokens: 1000}}, false},
		"those of another customer are":       {config.Budget{Tokens: 100_000, CustomerTokens: 1000}, ledger{"": {Tokens: 1000}, "globex": {Tokens: 1000}}, true},
		"the cost of the day is reached":      {config.Budget{Cost: 5}, ledger{"": {Cost: 5}}, false},
		"the cost of the customer is reached": {config.Budget{Cost: 5, CustomerCost: 1}, ledger{"acme": {Cost: 1.5}}, false},
		"there are no bounds":                 {config.Budget{}, ledger{"": {Tokens: 1 << 40}}, true},
		"a little is left of the day's":       {config.Budget{Tokens: 100_000}, ledger{"": {Tokens: 99_999}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, promptstest.Say(goodTriage), func(c *config.Assistant) { c.Budget = tt.budget })
			for k, v := range tt.spent {
				w.ledger[k] = v
			}
			_, calls, err := w.Triage(t.Context(), triageRequest())
			if made := len(w.endpoint.Requests()) == 1; made != tt.made || made != (err == nil) {
				t.Errorf("%v: %s", err, outcomes(calls))
			}
			if !tt.made && (outcomes(calls) != "over_budget" || calls[0].TokensIn != 0) {
				t.Errorf("%+v", calls)
			}
		})
	}
}

func TestAnEndpointThatFailsInARowIsLeftAlone(t *testing.T) {
	w := newWorld(t, func(promptstest.Request) promptstest.Reply { return promptstest.Reply{Status: 503} })
	for range 8 {
		_, _, _ = w.Triage(t.Context(), triageRequest())
	}
	_, calls, err := w.Triage(t.Context(), triageRequest())
	if n := len(w.endpoint.Requests()); n != 5 || err == nil || outcomes(calls) != "suspended" {
		t.Errorf("asked %d times, then %s (%v)", n, outcomes(calls), err)
	}
	// Vectors are another matter.
	if _, _, err := w.Embed(t.Context(), subject, []string{"a"}); err == nil || !strings.Contains(err.Error(), "503") {
		t.Error(err)
	}
}

func TestAnswersThatAreNoneDoNotSuspendTheEndpoint(t *testing.T) {
	w := newWorld(t, promptstest.Say("no idea"))
	for range 8 {
		_, _, _ = w.Triage(t.Context(), triageRequest())
	}
	if n := len(w.endpoint.Requests()); n != 16 {
		t.Errorf("asked %d times", n)
	}
}

func TestNoMoreCallsAreUnderWayThanConfigured(t *testing.T) {
	entered, leave := make(chan int, 10), make(chan bool)
	w := newWorld(t, func(r promptstest.Request) promptstest.Reply {
		entered <- r.Try
		<-leave
		return promptstest.Reply{Content: goodTriage}
	})
	done := make(chan error, 3)
	for range 3 {
		go func() { _, _, err := w.Triage(t.Context(), triageRequest()); done <- err }()
	}
	<-entered
	<-entered
	if n := len(w.endpoint.Requests()); n != 2 {
		t.Errorf("%d are under way", n)
	}
	close(leave)
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestWithoutPassagesNothingIsAsked(t *testing.T) {
	w := newWorld(t, promptstest.Say(goodAnswer))
	got, calls, err := w.Answer(t.Context(), bot.AnswerRequest{Subject: subject, Question: "?"})
	if err != nil || got.Covered() || len(calls) != 0 || len(w.endpoint.Requests()) != 0 {
		t.Error(got, calls, err)
	}
}

func TestNotCoveredIsAnAnswer(t *testing.T) {
	w := newWorld(t, promptstest.Say(`{"covered":false,"sentences":[],"confidence":0.1}`))
	got, _, err := w.Answer(t.Context(), answerRequest())
	if err != nil || got.Covered() || got.Grounded {
		t.Error(got, err)
	}
}

func TestAnAnswerInOtherWordsIsForAnAgentToLookAt(t *testing.T) {
	w := newWorld(t, promptstest.Say(`{"covered":true,"sentences":[{"text":"Diríjase a la configuración y renueve su credencial.","sources":["P1"]}],"confidence":0.99}`))
	got, _, err := w.Answer(t.Context(), answerRequest())
	if err != nil || !got.Covered() || got.Grounded {
		t.Error(got, err)
	}
}

func TestHowTheEndpointIsAskedForStructure(t *testing.T) {
	for how, want := range map[config.Structure]string{
		config.BySchema: `"type":"json_schema"`, config.ByJSON: `"type":"json_object"`, config.ByWords: `"stream":false`,
	} {
		w := newWorld(t, promptstest.Say(goodTriage), func(c *config.Assistant) { c.Structured = how })
		if _, _, err := w.Triage(t.Context(), triageRequest()); err != nil {
			t.Error(how, err)
		}
		sent := w.endpoint.Sent()
		if !strings.Contains(sent, want) || how == config.ByWords && strings.Contains(sent, "response_format") || !strings.Contains(sent, `"max_tokens":1000`) {
			t.Errorf("%s: %s", how, sent)
		}
	}
}

func TestWhatAnEndpointDoesNotCountIsEstimated(t *testing.T) {
	w := newWorld(t, func(promptstest.Request) promptstest.Reply {
		return promptstest.Reply{Content: goodTriage, NoUsage: true}
	})
	_, calls, err := w.Triage(t.Context(), triageRequest())
	if err != nil || calls[0].TokensIn < 300 || calls[0].TokensOut < 30 {
		t.Errorf("%+v %v", calls, err)
	}
}

func TestLongThreadsAreSentInPart(t *testing.T) {
	r := summaryRequest()
	for i := range 500 {
		r.Thread = append(r.Thread, bot.Utterance{At: at(i % 60), Author: "Ana", Staff: true, Text: fmt.Sprintf("message %d %s", i, strings.Repeat("palabra ", 200))})
	}
	w := newWorld(t, promptstest.Say(goodSummary))
	if _, _, err := w.Summarize(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	sent := w.endpoint.Sent()
	if len(sent) > 60_000 || !strings.Contains(sent, "message 499") || !strings.Contains(sent, "since 9:50") {
		t.Errorf("%d bytes are sent", len(sent))
	}
}

func TestVectors(t *testing.T) {
	w := newWorld(t, promptstest.Say(""))
	var texts []string
	for i := range 70 {
		texts = append(texts, fmt.Sprintf("article %d of maria@acme.com", i))
	}
	texts[3] = ""
	got, calls, err := w.Embed(t.Context(), subject, texts)
	if err != nil || len(got) != 70 || len(calls) != 2 || outcomes(calls) != "done done" {
		t.Fatal(len(got), outcomes(calls), err)
	}
	for i, v := range got {
		sum := 0.0
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		if len(v) != 16 || sum < 0.999 || sum > 1.001 {
			t.Errorf("vector %d has %d dimensions and length² %v", i, len(v), sum)
		}
	}
	if strings.Contains(w.endpoint.Sent(), "maria@") || calls[0].Cost <= 0 || calls[0].Prompt != "embed" {
		t.Errorf("%+v", calls[0])
	}
}

func TestVectorsThatAreNone(t *testing.T) {
	for name, raw := range map[string]string{
		"of another dimension": `{"data":[{"index":0,"embedding":[1,2]}]}`,
		"of another text":      `{"data":[{"index":4,"embedding":[1,2]}]}`,
		"of nothing":           `{"data":[]}`,
		"without direction":    `{"data":[{"index":0,"embedding":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}]}`,
	} {
		w := newWorld(t, func(promptstest.Request) promptstest.Reply { return promptstest.Reply{Raw: raw} })
		if got, calls, err := w.Embed(t.Context(), subject, []string{"a"}); err == nil || got != nil || outcomes(calls) != "invalid" {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}
