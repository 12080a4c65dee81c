package prompts_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/sla"
	"sereno/prompts"
	"sereno/prompts/promptstest"
)

// world is an assistant before a scripted endpoint, and what it logs.
type world struct {
	*prompts.Assistant
	endpoint *promptstest.Server
	log      bytes.Buffer
	ledger   ledger
}

type ledger map[string]bot.Spending

func (l ledger) Spent(_ context.Context, customer string, _ time.Time) (bot.Spending, error) {
	return l[customer], nil
}

// setting changes the settings of a world.
type setting func(*config.Assistant)

func newWorld(t *testing.T, script func(promptstest.Request) promptstest.Reply, settings ...setting) *world {
	t.Helper()
	w := &world{endpoint: promptstest.New(script), ledger: ledger{}}
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); w.endpoint.Close() })
	c := config.Assistant{
		BaseURL: w.endpoint.BaseURL(), Key: promptstest.Key, Model: "model-1", Structured: config.BySchema,
		Embeddings: config.Embeddings{Model: "embed-1", Dimension: 16, Deadline: time.Second},
		Timeout:    10 * time.Second, Concurrency: 2, MaxOutput: 1000,
		Prices: config.Prices{Input: 1, Output: 2, Embeddings: 0.5},
		Redact: config.Redact{Mail: true, Phones: true, Names: true},
	}
	for _, set := range settings {
		set(&c)
	}
	w.Assistant = prompts.New(c, prompts.Options{Ledger: w.ledger, Logger: slog.New(slog.NewTextHandler(&w.log, nil)), Transport: transport})
	return w
}

var subject = bot.Subject{Incident: 7, Customer: "acme", Language: company.English}

const secretWords = "the gizmo is on fire"

func triageRequest() bot.TriageRequest {
	return bot.TriageRequest{
		Subject: subject, Products: []string{"Payments API", "Webhooks"}, Severity: sla.High,
		Text: "The payments API answers HTTP 500, " + secretWords + ", write me at maria@acme.com, password: hunter2",
	}
}

const goodTriage = `{"title":"Payments API answers HTTP 500","product":"Payments API","severity":"critical","why":"Nobody can pay.","language":"en"}`

func at(minute int) time.Time { return time.Date(2026, 11, 25, 13, minute, 0, 0, time.UTC) }

func thread() []bot.Utterance {
	return []bot.Utterance{
		{At: at(0), Author: "María Pérez", Text: "The payments API answers HTTP 500 since 9:50, see https://status.acme.com/x"},
		{At: at(5), Author: "Ana", Staff: true, Text: "Looking at it, María. The disk of db-3 is full."},
		{At: at(9), Author: "Luis", Staff: true, Internal: true, Text: "Nobody rotates the logs. Call me at +54 11 4321-5678"},
	}
}

func answerRequest() bot.AnswerRequest {
	return bot.AnswerRequest{
		Subject: subject, Question: "How do I rotate an API key? mine is sk-" + "abcdef0123456789abcd",
		Passages: []bot.Passage{
			{Article: "api-keys", Language: company.English, Title: "How to rotate an API key", Text: "Open Settings, choose API keys and press Rotate. The old key works for 24 hours. Help: keys@sereno.example"},
			{Article: "webhooks", Language: company.English, Title: "Webhooks", Text: "See https://docs.example.com/webhooks for the list of events."},
		},
	}
}

const goodAnswer = `{"covered":true,"sentences":[{"text":"Open Settings, choose API keys and press Rotate.","sources":["P1"]},{"text":"The old key works for 24 hours.","sources":["P1"]}],"confidence":0.95}`

func summaryRequest() bot.SummaryRequest {
	return bot.SummaryRequest{Subject: subject, Title: "Payments API answers HTTP 500", Thread: thread()}
}

const goodSummary = `{"situation":"[[PERSON_1]] reports HTTP 500 of the payments API.","done":["The disk of db-3 is full"],"open":[],"next":["Rotate the logs"]}`

func articleRequest() bot.ArticleRequest {
	return bot.ArticleRequest{Subject: subject, Title: "HTTP 500", Thread: thread(), Resolution: "Freed the disk of db-3 for Acme", Names: []string{"Acme"}}
}

const goodArticle = `{"title":"Payments API answers HTTP 500","symptom":"HTTP 500","cause":"The disk is full","solution":"1. Free the disk","tags":["http 500"]}`

func causesRequest() bot.CausesRequest {
	return bot.CausesRequest{Subject: subject, Title: "HTTP 500", Thread: thread(), Whys: []string{"The disk was full"}}
}

const goodCauses = `{"causes":[{"text":"Logs are not rotated.","message":"m3","evidence":"Nobody rotates the logs."}]}`

// use is one of the five with a request and an answer that fits it.
type use struct {
	name, good string
	ask        func(context.Context, *world) (any, []bot.Call, error)
}

var uses = []use{
	{"triage", goodTriage, func(ctx context.Context, w *world) (any, []bot.Call, error) { return w.Triage(ctx, triageRequest()) }},
	{"answer", goodAnswer, func(ctx context.Context, w *world) (any, []bot.Call, error) { return w.Answer(ctx, answerRequest()) }},
	{"summary", goodSummary, func(ctx context.Context, w *world) (any, []bot.Call, error) {
		return w.Summarize(ctx, summaryRequest())
	}},
	{"article", goodArticle, func(ctx context.Context, w *world) (any, []bot.Call, error) {
		return w.DraftArticle(ctx, articleRequest())
	}},
	{"causes", goodCauses, func(ctx context.Context, w *world) (any, []bot.Call, error) {
		return w.ProposeCauses(ctx, causesRequest())
	}},
}

func outcomes(calls []bot.Call) string {
	var out []string
	for _, c := range calls {
		out = append(out, string(c.Outcome))
	}
	return strings.Join(out, " ")
}
