package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/kb"
	"sereno/prompts"
	"sereno/prompts/promptstest"
)

// assisted is a world with an assistant before a scripted endpoint.
type assisted struct {
	*world
	endpoint *promptstest.Server
}

const (
	modelTriage  = `{"title":"La API de pagos devuelve 500","product":"Payments API","severity":"critical","why":"Nadie puede pagar.","language":"es"}`
	modelAnswer  = `{"covered":true,"sentences":[{"text":"Reintente el pago con el mismo identificador.","sources":["P1"]}],"confidence":0.97}`
	modelSummary = `{"situation":"La API de pagos falla.","done":["Se revisó el disco"],"open":[],"next":["Rotar los registros"]}`
	modelArticle = `{"title":"La API de pagos devuelve 500","symptom":"Error 500 en todos los pagos. Avisar a [[MAIL_1]].","cause":"El disco se llenó.","solution":"1. Rotar los registros.\n2. Liberar el disco.","tags":["disco"]}`
	modelCauses  = `{"causes":[{"text":"El disco se llenó.","message":"m1","evidence":"devuelve 500"}]}`
)

// sane answers each use as a model would.
func sane(r promptstest.Request) promptstest.Reply {
	return promptstest.Reply{Content: map[string]string{"triage": modelTriage, "answer": modelAnswer, "summary": modelSummary, "article": modelArticle, "causes": modelCauses}[r.Name]}
}

var retryArticle = &kb.Article{
	ID: "reintentos", Title: "La API de pagos devuelve 500", Kind: kb.Troubleshooting, Language: company.Spanish, Products: []string{"Payments API"},
	Text: "Reintente el pago con el mismo identificador y no se cobra dos veces.",
}

func newAssisted(t *testing.T, script func(promptstest.Request) promptstest.Reply, may company.Assistant, options ...func(*bot.Options)) *assisted {
	t.Helper()
	a := &assisted{endpoint: promptstest.New(script)}
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); a.endpoint.Close() })
	a.world = newWorld(t, append([]func(*bot.Options){func(o *bot.Options) {
		o.Company.Assistant = may
		o.Assistant = prompts.New(config.Assistant{
			BaseURL: a.endpoint.BaseURL(), Key: promptstest.Key, Model: "m", Structured: config.BySchema, Timeout: 5 * time.Second,
			Concurrency: 2, MaxOutput: 500, Budget: config.Budget{Tokens: 100_000, CustomerTokens: 50_000}, Redact: config.Redact{Mail: true, Names: true},
		}, prompts.Options{Ledger: bot.LedgerOf(o.Store), Clock: o.Clock, Transport: transport})
		o.Articles = knows{retryArticle}
	}}, options...)...)
	a.publish(retryArticle)
	return a
}

// publish puts an article into the store.
func (w *world) publish(a *kb.Article) {
	w.t.Helper()
	w.must2(w.store.Update(w.t.Context(), func(tx bot.Tx) error {
		if err := tx.AddVersion(w.t.Context(), kb.Version{Article: a.ID, N: 1, Content: *a, At: begin}); err != nil {
			return err
		}
		return tx.SaveArticle(w.t.Context(), &kb.Record{ID: a.ID, State: kb.Published, Latest: 1, Public: 1, Head: *a})
	}))
}

// calls are what the store holds of them.
func (w *world) calls() []bot.Call {
	w.t.Helper()
	var out []bot.Call
	w.must2(w.store.View(w.t.Context(), func(tx bot.Tx) (err error) {
		out, err = tx.Calls(w.t.Context(), begin.Add(-time.Hour), begin.Add(72*time.Hour), 100)
		return err
	}))
	return out
}

// posted are the texts of the posts in the channel.
func (w *world) posted(channel string) string {
	var out []string
	for _, r := range w.records {
		if r.Channel == channel && (r.Kind == bot.Post || r.Kind == bot.Update) {
			buttons := ""
			for _, b := range r.Message.Buttons {
				buttons += " [" + b.ID + "]"
			}
			out = append(out, string(r.Kind)+": "+r.Message.Plain()+buttons)
		}
	}
	return strings.Join(out, "\n---\n")
}

var everything = company.Assistant{Uses: company.Uses, Confidence: 0.9}

const problem = "La API de pagos devuelve 500 desde las 9:50, escríbanme a maria@acme.com"

func TestAReportIsProposedToBeReadAndNothingChangesByItself(t *testing.T) {
	w := newAssisted(t, sane, everything)
	w.say("maria", "acme-support", "", problem)
	if s := w.state("INC-1"); s.Severity != "high" {
		t.Errorf("the severity is %s", s.Severity)
	}
	if shown := w.posted("payments-team"); !strings.Contains(shown, "Nadie puede pagar.") || !strings.Contains(shown, "[accept_severity] [accept_title] [accept_product]") {
		t.Errorf("the team reads\n%s", shown)
	}
	w.press("ana", "accept_severity", "INC-1")
	if s := w.state("INC-1"); s.Severity != "critical" {
		t.Errorf("accepted, the severity is %s", s.Severity)
	}
	w.press("ana", "accept_title", "INC-1")
	w.press("ana", "accept_product", "INC-1")
	if shown := w.posted("payments-team"); !strings.Contains(shown, "Todo está como se propuso.") {
		t.Errorf("the team reads\n%s", shown)
	}
	if sent := w.endpoint.Sent(); strings.Contains(sent, "maria@acme.com") {
		t.Error("an address went out")
	}
}

func TestADraftIsSentByAnAgentAndOnlyOnce(t *testing.T) {
	w := newAssisted(t, sane, everything)
	w.say("maria", "acme-support", "", problem)
	if shown := w.posted("acme-support"); strings.Contains(shown, "Reintente el pago") {
		t.Fatalf("the customer reads the draft:\n%s", shown)
	}
	id, err := w.FindButton("ana", "draft_send", "INC-1")
	w.must(err)
	w.must(w.Press(t.Context(), "ana", id, "draft_send"))
	w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", User: "luis", Message: id, Button: "draft_send", Value: "INC-1"})
	if shown := w.posted("acme-support"); strings.Count(shown, "Reintente el pago") != 1 || !strings.Contains(shown, "Ana") {
		t.Errorf("the customer reads\n%s", shown)
	}
	if s := w.state("INC-1"); clock(s, "first_response").State != "met" || s.Owner != "ana" {
		t.Errorf("%+v", s)
	}
}

func TestADraftCanBeDiscarded(t *testing.T) {
	w := newAssisted(t, sane, everything)
	w.say("maria", "acme-support", "", problem)
	w.press("ana", "draft_discard", "INC-1")
	if shown := w.posted("payments-team"); !strings.Contains(shown, "Lo descartó Ana") || strings.Contains(w.posted("acme-support"), "Reintente el pago") {
		t.Errorf("the team reads\n%s", shown)
	}
}

func TestWhenACustomerIsAnsweredByItself(t *testing.T) {
	unsure := strings.Replace(modelAnswer, "0.97", "0.5", 1)
	elsewhere := strings.Replace(modelAnswer, "Reintente el pago con el mismo identificador.", "Diríjase luego al proveedor correspondiente.", 1)
	hidden := *retryArticle
	hidden.Internal = true
	acme := company.Assistant{Uses: company.Uses, AnswerTo: []string{"acme"}, Confidence: 0.9}
	for _, tt := range []struct {
		name   string
		may    company.Assistant
		answer string
		public *kb.Article
		want   bool
	}{
		{"it is configured and sure", acme, modelAnswer, retryArticle, true},
		{"nothing says that it may", everything, modelAnswer, retryArticle, false},
		{"another customer is", company.Assistant{Uses: company.Uses, AnswerTo: []string{"globex"}, Confidence: 0.9}, modelAnswer, retryArticle, false},
		{"the model is not sure", acme, unsure, retryArticle, false},
		{"the article is not that sure", company.Assistant{Uses: company.Uses, AnswerAll: true, Confidence: 0.95}, modelAnswer, retryArticle, false},
		{"it says what its source does not", acme, elsewhere, retryArticle, false},
		{"the article is internal by now", acme, modelAnswer, &hidden, false},
		{"answers are not asked for", company.Assistant{Uses: []company.Use{company.UseTriage}, AnswerAll: true, Confidence: 0.1}, modelAnswer, retryArticle, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newAssisted(t, func(r promptstest.Request) promptstest.Reply {
				if r.Name == "answer" {
					return promptstest.Reply{Content: tt.answer}
				}
				return sane(r)
			}, tt.may)
			if tt.public != retryArticle {
				w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
					if err := tx.AddVersion(t.Context(), kb.Version{Article: tt.public.ID, N: 2, Content: *tt.public, At: begin}); err != nil {
						return err
					}
					return tx.SaveArticle(t.Context(), &kb.Record{ID: tt.public.ID, State: kb.Published, Latest: 2, Public: 2, Head: *tt.public})
				}))
			}
			w.say("maria", "acme-support", "", problem)
			shown := w.posted("acme-support")
			if got := strings.Contains(shown, "Respuesta automática"); got != tt.want {
				t.Errorf("answered by itself: %v\n%s", got, shown)
			}
			s := w.state("INC-1")
			if clock(s, "first_response").State != "running" || s.Owner != "" {
				t.Errorf("an automatic answer counts as one of ours: %+v", s)
			}
			if tt.want {
				w.press("maria", "solved", "INC-1")
				if s := w.state("INC-1"); s.Status != "closed" {
					t.Errorf("solved by it, the incident is %s", s.Status)
				}
			}
		})
	}
}

func TestAnAgentsAnswerComesBeforeTheAssistants(t *testing.T) {
	var w *assisted
	var once sync.Once
	w = newAssisted(t, func(r promptstest.Request) promptstest.Reply {
		if r.Name == "answer" { // Ana is quicker than the model
			once.Do(func() {
				_ = w.bot.Accept(context.Background(), bot.Event{Key: "quick", Platform: "console", Kind: bot.CommandTyped, Channel: "payments-team", User: "ana", Text: "/incident reply INC-1 Ya lo miro", At: w.Now()})
				_ = w.bot.Settle(context.Background())
			})
		}
		return sane(r)
	}, company.Assistant{Uses: company.Uses, AnswerAll: true, Confidence: 0.9})
	w.say("maria", "acme-support", "", problem)
	if shown := w.posted("acme-support") + w.posted("payments-team"); strings.Contains(shown, "Reintente el pago") || !strings.Contains(shown, "Ya lo miro") {
		t.Errorf("they read\n%s", shown)
	}
}

func TestWhoTakesOverReadsWhatHappened(t *testing.T) {
	w := newAssisted(t, sane, everything)
	w.say("maria", "acme-support", "", problem)
	w.press("ana", "take", "INC-1")
	w.records = nil
	w.command("ana", "payments-team", "/incident assign INC-1 luis")
	if shown := w.posted("payments-team"); !strings.Contains(shown, "INC-1 hasta ahora") || !strings.Contains(shown, "Rotar los registros") {
		t.Errorf("the team reads\n%s", shown)
	}
	w.records = nil
	w.command("luis", "payments-team", "/incident summary INC-1")
	if shown := w.posted("payments-team"); strings.Count(shown, "INC-1 hasta ahora") != 1 {
		t.Errorf("the team reads\n%s", shown)
	}
	w.records = nil
	w.command("maria", "acme-support", "/incident summary INC-1")
	if strings.Contains(w.posted("payments-team"), "hasta ahora") {
		t.Error("a customer has it summed up")
	}
}

func TestCausesAreProposedAndTaken(t *testing.T) {
	w := newAssisted(t, sane, everything)
	w.say("maria", "acme-support", "", problem)
	w.command("ana", "payments-team", "/incident resolve INC-1 Liberamos el disco")
	w.records = nil
	w.command("ana", "payments-team", "/rca start INC-1")
	if shown := w.posted("payments-team"); !strings.Contains(shown, "El disco se llenó.") || !strings.Contains(shown, "«devuelve 500»") {
		t.Fatalf("the team reads\n%s", shown)
	}
	id, err := w.FindButton("ana", "cause_1", "INC-1")
	w.must2(err)
	w.records = nil
	w.must(w.Press(t.Context(), "ana", id, "cause_1"))
	if shown := w.posted("payments-team"); !strings.Contains(shown, "2") || !strings.Contains(shown, "El disco se llenó.") {
		t.Errorf("the team reads\n%s", shown)
	}
	w.records = nil
	w.platform(bot.Event{Kind: bot.ButtonPressed, Channel: "payments-team", User: "luis", Message: id, Button: "cause_1", Value: "INC-1:0"}) // of a why that was answered
	if shown := w.posted("payments-team"); shown != "" {
		t.Errorf("an old proposal answers another why:\n%s", shown)
	}
}

// Without the assistant, or with one that fails in any way, everything else is said
// just the same.
func TestWhateverBecomesOfTheAssistantTheRestIsTheSame(t *testing.T) {
	tell := func(w *world) string {
		w.say("maria", "acme-support", "", problem)
		w.command("ana", "payments-team", "/incident take INC-1")
		w.command("ana", "payments-team", "/incident assign INC-1 luis")
		w.command("luis", "payments-team", "/incident resolve INC-1 Listo")
		w.command("luis", "payments-team", "/kb from INC-1")
		w.must(w.Submit(t.Context(), "luis", "article", "", nil))
		w.command("luis", "payments-team", "/rca start INC-1")
		w.wait(48 * time.Hour)
		return transcript(w.records)
	}
	without := newWorld(t, func(o *bot.Options) { o.Articles = knows{retryArticle} })
	without.publish(retryArticle)
	want := tell(without)
	for name, reply := range map[string]promptstest.Reply{
		"it is down":          {Status: 503},
		"it talks nonsense":   {Content: "no"},
		"it refuses":          {Refusal: "no"},
		"it finds nothing":    {Content: `{"covered":false,"sentences":[],"confidence":0}`},
		"it proposes nothing": {Content: `{"causes":[]}`},
		"it drafts a link":    {Content: `{"title":"t","symptom":"https://evil.example","cause":"","solution":"s","tags":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newAssisted(t, func(promptstest.Request) promptstest.Reply { return reply }, everything)
			if got := tell(w.world); got != want {
				t.Errorf("it reads otherwise:\n%s\nthan\n%s", got, want)
			}
			if len(w.calls()) == 0 {
				t.Error("no call is kept")
			}
		})
	}
}

func TestCallsAreKeptWithTheirCostAndBoundTheDay(t *testing.T) {
	w := newAssisted(t, sane, everything)
	w.say("maria", "acme-support", "", problem)
	calls := w.calls()
	if len(calls) != 2 || calls[0].Outcome != bot.CallDone || calls[0].Incident != 1 || calls[0].Customer != "acme" || calls[0].TokensIn == 0 {
		t.Fatalf("%+v", calls)
	}
	w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
		return tx.AddCall(t.Context(), bot.Call{Prompt: "triage", Customer: "acme", TokensIn: 50_000, At: w.Now()})
	}))
	before := len(w.endpoint.Requests())
	w.say("maria", "acme-support", "", "El portal no abre y es otra cosa, urgente por favor")
	w.wait(time.Hour)
	w.say("maria", "acme-support", "", "Tampoco llegan los webhooks de ayer a la tarde")
	if n := len(w.endpoint.Requests()); n != before {
		t.Errorf("%d more were asked over the budget", n-before)
	}
	w.say("john", "globex-support", "", "The export fails with error 500 since this morning")
	if n := len(w.endpoint.Requests()); n == before {
		t.Error("the budget of one customer bounds another")
	}
	before = len(w.endpoint.Requests())
	w.wait(24 * time.Hour)
	w.say("maria", "acme-support", "", "El tablero de cobros muestra importes en cero, es urgente")
	if n := len(w.endpoint.Requests()); n == before {
		t.Error("the budget is not that of the day")
	}
}

// After a crash between the call and what comes of it, the job is done once more
// and no more, and nothing is said twice.
func TestAJobThatACrashCutShortIsDoneOnceMoreAtMost(t *testing.T) {
	for crashes, want := range map[int]int{1: 1, 2: 0} {
		t.Run(fmt.Sprint(crashes, " crashes"), func(t *testing.T) {
			w := newAssisted(t, sane, company.Assistant{Uses: []company.Use{company.UseSummary}})
			w.say("maria", "acme-support", "", problem)
			w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
				return tx.AddJob(t.Context(), &bot.Job{Kind: "summary", Subject: "INC-1", Incident: 1, Due: w.Now()})
			}))
			for range crashes { // somebody takes it and is never heard of again
				w.must2(w.store.Update(t.Context(), func(tx bot.Tx) error {
					jobs, err := tx.TakeJobs(t.Context(), w.Now(), time.Minute, 1)
					if err == nil && len(jobs) != 1 {
						return fmt.Errorf("%d jobs", len(jobs))
					}
					return err
				}))
				w.must2(w.Approach(t.Context(), w.Now().Add(61*time.Second)))
			}
			w.must(nil)
			w.wait(10 * time.Minute)
			if n := strings.Count(w.posted("payments-team"), "hasta ahora"); n != want {
				t.Errorf("the summary is there %d times", n)
			}
		})
	}
}

func TestAnotherAssistantIsAskedOnceItIsEngaged(t *testing.T) {
	w := newAssisted(t, sane, everything)
	other, transport := promptstest.New(sane), &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); other.Close() })
	first := w.bot.Assistant
	w.bot.Engage(nil, nil, 0)
	w.say("maria", "acme-support", "", problem)
	if n := len(w.endpoint.Requests()); n != 0 {
		t.Errorf("with none engaged %d requests were made", n)
	}
	w.bot.Engage(prompts.New(config.Assistant{
		BaseURL: other.BaseURL(), Key: promptstest.Key, Model: "another", Structured: config.BySchema, Timeout: 5 * time.Second, Concurrency: 2, MaxOutput: 500,
	}, prompts.Options{Clock: w, Transport: transport}), nil, 0)
	w.command("ana", "payments-team", "/incident summary INC-1")
	if asked := other.Requests(); len(asked) == 0 || asked[0].Model != "another" || len(w.endpoint.Requests()) != 0 {
		t.Errorf("%d requests to the other, %d to the first", len(asked), len(w.endpoint.Requests()))
	}
	asked := len(other.Requests())
	w.bot.Engage(first, nil, 0)
	w.command("ana", "payments-team", "/incident summary INC-1")
	if len(other.Requests()) != asked || len(w.endpoint.Requests()) == 0 {
		t.Errorf("%d requests to the other after %d, %d to the first", len(other.Requests()), asked, len(w.endpoint.Requests()))
	}
}
