// Package prompts is the assistant: it asks a language model behind an endpoint
// that speaks OpenAI's API, from templates in text/, and lets nothing through that
// was not asked for. What goes out is redacted (package redact). What comes back
// must fit a schema made for that one question, and what the schema cannot say is
// checked too: sources, links, mentions, placeholders. It knows no chat and no store.
package prompts

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"sereno/bot"
	"sereno/bot/config"
	"sereno/prompts/redact"
)

// Assistant implements bot.Assistant and bot.Embedder.
type Assistant struct {
	settings config.Assistant
	endpoint *openai.Client
	ledger   bot.Ledger
	clock    bot.Clock
	log      *slog.Logger
	// Chat and embeddings fail, and are busy, apart from each other.
	chat, vectors *gate
}

// Options are what an assistant needs besides its settings. All may be left out.
type Options struct {
	// Ledger says what was spent; without one no budget is kept.
	Ledger bot.Ledger
	Clock  bot.Clock
	Logger *slog.Logger
	// Transport carries the requests, the process's own when nil.
	Transport http.RoundTripper
}

// New makes an assistant of the endpoint that the settings name. It connects to nothing yet.
func New(settings config.Assistant, o Options) *Assistant {
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c := openai.DefaultConfig(settings.Key.Reveal())
	c.BaseURL = settings.BaseURL
	c.HTTPClient = &http.Client{
		Transport: bounded{o.Transport},
		// What is redirected would carry our words to an address that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirected },
	}
	return &Assistant{
		settings: settings, endpoint: openai.NewClientWithConfig(c), ledger: o.Ledger, clock: o.Clock, log: o.Logger,
		chat: newGate("chat", settings.Concurrency, o.Logger), vectors: newGate("embeddings", settings.Concurrency, o.Logger),
	}
}

var errRedirected = errors.New("the endpoint redirects to another address")

// session redacts one call; the authors of its messages are the people it knows.
func (a *Assistant) session(threads ...[]bot.Utterance) *redact.Session {
	var people []string
	for _, thread := range threads {
		for _, u := range thread {
			people = append(people, u.Author)
		}
	}
	r := a.settings.Redact
	return redact.New(redact.Options{Mail: r.Mail, Phones: r.Phones, Names: r.Names, Patterns: r.Patterns}, people...)
}

// legacyTokens reports whether the bound of an answer has its old name, which is
// the one that servers other than OpenAI's know.
func (a *Assistant) legacyTokens() bool {
	u, err := url.Parse(a.settings.BaseURL)
	return err != nil || !strings.HasSuffix(u.Hostname(), "openai.com") && !strings.HasSuffix(u.Hostname(), "azure.com")
}

// call is the record of one that begins now.
func (a *Assistant) call(t *Template, s bot.Subject) bot.Call {
	return bot.Call{Prompt: t.Name, Version: t.Key(), Model: a.settings.Model, Incident: s.Incident, Customer: s.Customer, At: a.clock.Now()}
}

// settle notes what came of the call.
func (a *Assistant) settle(c *bot.Call, began time.Time, err error) {
	c.Latency = time.Since(began)
	c.Outcome = outcomeOf(err)
	p := a.settings.Prices
	if c.Prompt == embedPrompt {
		c.Cost = float64(c.TokensIn) * p.Embeddings / 1e6
	} else {
		c.Cost = (float64(c.TokensIn)*p.Input + float64(c.TokensOut)*p.Output) / 1e6
	}
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
	}
	a.log.Log(context.Background(), level, "assistant asked", "prompt", c.Prompt, "version", c.Version, "model", c.Model, "outcome", c.Outcome,
		"tokens_in", c.TokensIn, "tokens_out", c.TokensOut, "latency", c.Latency.Round(time.Millisecond), "incident", c.Incident, "reason", reason(err))
}
