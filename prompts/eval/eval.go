// Package eval asks the prompts the questions of cases/ and judges the answers
// without a model: by what a right answer must hold and what none may. The same
// cases run against a scripted endpoint in tests, and against a real one by
// “sereno prompts eval”.
package eval

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/sla"
)

//go:embed cases/*.yaml
var files embed.FS

// Case is one question and what is asked of its answer.
type Case struct {
	Name     string       `yaml:"name"`
	Prompt   company.Use  `yaml:"prompt"`
	Language company.Lang `yaml:"language"`
	Request  Request      `yaml:"request"`
	Want     Want         `yaml:"want"`
	// Scripted is what the endpoint of the tests answers, and what must come of that
	// ("done" when it is left out).
	Scripted struct {
		Answer  string          `yaml:"answer"`
		Outcome bot.CallOutcome `yaml:"outcome"`
	} `yaml:"scripted"`
}

// Request is what is asked, of whichever use.
type Request struct {
	Text       string       `yaml:"text"` // of a report, or the question
	Title      string       `yaml:"title"`
	Products   []string     `yaml:"products"`
	Severity   sla.Severity `yaml:"severity"`
	Passages   []Passage    `yaml:"passages"`
	Thread     []Utterance  `yaml:"thread"`
	Resolution string       `yaml:"resolution"`
	Cause      string       `yaml:"cause"`
	Draft      string       `yaml:"draft"`
	Whys       []string     `yaml:"whys"`
	Names      []string     `yaml:"names"`
}

// Passage is one of an article.
type Passage struct {
	Article string `yaml:"article"`
	Title   string `yaml:"title"`
	Text    string `yaml:"text"`
}

// Utterance is one message; From is "customer", "support" or "note".
type Utterance struct {
	From   string `yaml:"from"`
	Author string `yaml:"author"`
	Text   string `yaml:"text"`
}

// Want is what is asked of an answer. What is left out is not asked.
type Want struct {
	Severity []sla.Severity `yaml:"severity"` // one of these
	Product  *string        `yaml:"product"`
	Language company.Lang   `yaml:"language"`
	Covered  *bool          `yaml:"covered"`
	Sources  []string       `yaml:"sources"` // exactly these articles
	// Holds are words that the answer must hold, Never those that it may not, in any
	// case of letters.
	Holds []string `yaml:"holds"`
	Never []string `yaml:"never"`
	// Unsent must not go over the wire.
	Unsent []string `yaml:"unsent"`
}

// Cases reads all of them.
func Cases() ([]Case, error) {
	names, err := fs.Glob(files, "cases/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Case
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var cases []Case
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		if err := dec.Decode(&cases); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, cases...)
	}
	return out, nil
}

// Result is how a case went. Tokens and cost are those of all its calls.
type Result struct {
	Name     string          `json:"case"`
	Prompt   company.Use     `json:"prompt"`
	Language company.Lang    `json:"language"`
	Version  string          `json:"version"`
	Pass     bool            `json:"pass"`
	Outcome  bot.CallOutcome `json:"outcome"`
	Problems []string        `json:"problems,omitempty"`
	In       int             `json:"tokens_in"`
	Out      int             `json:"tokens_out"`
	Cost     float64         `json:"cost"`
	Latency  time.Duration   `json:"latency_ns"`
}

// Wire carries requests and remembers what they held. Next is the process's own
// transport when nil.
type Wire struct {
	Next http.RoundTripper
	mu   sync.Mutex
	sent bytes.Buffer
}

// RoundTrip implements http.RoundTripper.
func (w *Wire) RoundTrip(r *http.Request) (*http.Response, error) {
	next := w.Next
	if next == nil {
		next = http.DefaultTransport
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		w.sent.Write(body)
		w.mu.Unlock()
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return next.RoundTrip(r)
}

// take is what was sent since it was last taken.
func (w *Wire) take() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.sent.Reset()
	return w.sent.String()
}

// Run asks one case and judges what comes back. The assistant's requests must go
// over the wire.
func Run(ctx context.Context, a bot.Assistant, w *Wire, c Case) Result {
	w.take()
	shown, calls, err := c.ask(ctx, a)
	r := Result{Name: c.Name, Prompt: c.Prompt, Language: c.Language}
	for _, call := range calls {
		r.Version, r.Outcome = call.Version, call.Outcome
		r.In, r.Out, r.Cost, r.Latency = r.In+call.TokensIn, r.Out+call.TokensOut, r.Cost+call.Cost, r.Latency+call.Latency
	}
	if err != nil {
		r.Problems = append(r.Problems, err.Error())
	} else {
		r.Problems = append(r.Problems, c.judge(shown)...)
	}
	sent := w.take()
	for _, secret := range c.Want.Unsent {
		if strings.Contains(sent, secret) {
			r.Problems = append(r.Problems, fmt.Sprintf("%q went over the wire", secret))
		}
	}
	r.Pass = len(r.Problems) == 0
	return r
}

// begun is when the conversations of cases begin.
var begun = time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)

func (c Case) ask(ctx context.Context, a bot.Assistant) (any, []bot.Call, error) {
	s, q := bot.Subject{Language: c.Language}, c.Request
	thread := make([]bot.Utterance, len(q.Thread))
	for i, u := range q.Thread {
		thread[i] = bot.Utterance{At: begun.Add(time.Duration(i) * time.Minute), Author: u.Author, Staff: u.From != "customer", Internal: u.From == "note", Text: u.Text}
	}
	switch c.Prompt {
	case company.UseTriage:
		return a.Triage(ctx, bot.TriageRequest{Subject: s, Text: q.Text, Products: q.Products, Severity: q.Severity})
	case company.UseAnswer:
		r := bot.AnswerRequest{Subject: s, Question: q.Text, Thread: thread}
		for _, p := range q.Passages {
			r.Passages = append(r.Passages, bot.Passage{Article: p.Article, Language: c.Language, Title: p.Title, Text: p.Text})
		}
		return a.Answer(ctx, r)
	case company.UseSummary:
		return a.Summarize(ctx, bot.SummaryRequest{Subject: s, Title: q.Title, Thread: thread})
	case company.UseArticle:
		return a.DraftArticle(ctx, bot.ArticleRequest{Subject: s, Title: q.Title, Thread: thread, Resolution: q.Resolution, Cause: q.Cause, Draft: q.Draft, Names: q.Names})
	case company.UseCauses:
		return a.ProposeCauses(ctx, bot.CausesRequest{Subject: s, Title: q.Title, Thread: thread, Resolution: q.Resolution, Whys: q.Whys})
	}
	return nil, nil, fmt.Errorf("there is no prompt %q", c.Prompt)
}

// judge says what is wrong with an answer.
func (c Case) judge(answer any) []string {
	var out []string
	wrong := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	w := c.Want
	if p, ok := answer.(*bot.TriageProposal); ok {
		if len(w.Severity) > 0 && !slices.Contains(w.Severity, p.Severity) {
			wrong("severity %s, not one of %v", p.Severity, w.Severity)
		}
		if w.Product != nil && p.Product != *w.Product {
			wrong("product %q, not %q", p.Product, *w.Product)
		}
		if w.Language != "" && p.Language != w.Language {
			wrong("language %s, not %s", p.Language, w.Language)
		}
	}
	if p, ok := answer.(*bot.AnswerProposal); ok {
		if w.Covered != nil && p.Covered() != *w.Covered {
			wrong("covered: %v", p.Covered())
		}
		if got := sources(p); w.Sources != nil && !slices.Equal(got, w.Sources) {
			wrong("sources %v, not %v", got, w.Sources)
		}
	}
	shown := strings.ToLower(text(answer))
	for _, words := range w.Holds {
		if !strings.Contains(shown, strings.ToLower(words)) {
			wrong("it does not hold %q", words)
		}
	}
	for _, words := range w.Never {
		if strings.Contains(shown, strings.ToLower(words)) {
			wrong("it holds %q", words)
		}
	}
	return out
}

func sources(p *bot.AnswerProposal) []string {
	var out []string
	for _, s := range p.Sentences {
		out = append(out, s.Sources...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// text is everything that the answer says.
func text(answer any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(answer); err != nil {
		return ""
	}
	return b.String()
}
