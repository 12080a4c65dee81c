package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sereno/bot/company"
)

var assistantMistakes = []mistake{
	{"an assistant without a model", "", []edit{{"", "^assistant: {key: '${BOT}'}\n"}}, []string{
		`assistant: model is missing: write model: gpt-4o-mini`,
	}},
	{"a key that would travel in the open", "", []edit{{"", "assistant: {model: m, key: '${BOT}', base_url: ^'http://llm.example.com/v1'}\n"}}, []string{
		`assistant.base_url: the key would travel unprotected to another machine: write https:// or 127.0.0.1`,
	}},
	{"an endpoint that is no address, asked in an unknown way", "", []edit{{"", "assistant: {model: m, base_url: ^api.openai.com, structured: ^xml}\n"}}, []string{
		`assistant.base_url: this is not a web address: write https://api.openai.com/v1`,
		`assistant.structured: "xml" is not a way to ask for structure: write one of json_schema, json_object, none`,
	}},
	{"a cost without prices", "", []edit{{"", "assistant: {model: m, ^budget: {cost: 5}}\n"}}, []string{
		`assistant.budget: a cost cannot be counted without prices: write prices: {input: 0.15, output: 0.60}`,
	}},
	{"prices and budgets that are none", "", []edit{{"", "assistant: {model: m, prices: {input: ^cheap, output: ^-1}, budget: {tokens: ^few}}\n"}}, []string{
		`assistant.prices.input: "cheap" is not an amount: write 0.15`,
		`assistant.prices.output: "-1" is not an amount: write 0.15`,
		`assistant.budget.tokens: "few" is not a whole number from 0 to 1000000000: write a whole number from 0 to 1000000000`,
	}},
	{"what is to be redacted", "", []edit{{"", "assistant: {model: m, redact: {mail: ^maybe, patterns: [^'(', ^'a*']}}\n"}}, []string{
		`assistant.redact.mail: "maybe" is not true or false: write one of true, false`,
		"assistant.redact.patterns[0]: this is not a regular expression (error parsing regexp: missing closing ): `(`): write '\\bACME-[0-9]{6}\\b'",
		`assistant.redact.patterns[1]: the expression matches an empty text too, so it finds nothing: write '\bACME-[0-9]{6}\b'`,
	}},
	{"uses and customers that are not there", "", []edit{{"", "assistant: {model: m, uses: [^chat], answer_customers: {customers: [^acne], confidence: ^90}}\n"}}, []string{
		`assistant.uses[0]: "chat" is not a use of the assistant: write one of triage, answer, summary, article, causes`,
		`assistant.answer_customers.customers[0]: "acne" is not a customer of this document: did you mean "acme"?`,
		`assistant.answer_customers.confidence: "90" is not a share between 0 and 1: write 90%`,
	}},
	{"a mistyped key of the assistant is told once", "", []edit{{"", "assistant: {model: m, ^modl: n}\n"}}, []string{
		`assistant: there is no key "modl" here: did you mean "model"?`,
	}},
}

func TestTheAssistantIsReadWithItsDefaults(t *testing.T) {
	c := parsed(t, base+"assistant: {model: gpt-4o-mini, key: '${BOT}', embeddings: {model: e, dimension: 512}, redact: {names: false}, answer_customers: {customers: [acme]}}\n")
	want := &Assistant{
		BaseURL: "https://api.openai.com/v1", Key: "xoxb-1-verysecret", Model: "gpt-4o-mini",
		Embeddings: Embeddings{"e", 512, 400 * time.Millisecond}, Structured: BySchema, Timeout: 20 * time.Second, Concurrency: 4, MaxOutput: 1200,
		Budget: Budget{Tokens: 2_000_000, CustomerTokens: 200_000}, Redact: Redact{Mail: true, Phones: true},
	}
	if d := cmp.Diff(want, c.Assistant, cmpopts.EquateComparable(Secret(""))); d != "" {
		t.Error(d)
	}
	may := company.Assistant{Uses: company.Uses, AnswerTo: []string{"acme"}, Confidence: 0.9}
	if d := cmp.Diff(may, c.Company.Assistant); d != "" {
		t.Error(d)
	}
	if !may.Answers("acme") || may.Answers("globex") {
		t.Error("who is answered without an agent in between is not who was named")
	}
}

func TestWithoutASectionThereIsNoAssistantAndNobodyIsAnsweredByOne(t *testing.T) {
	if c := parsed(t, base); c.Assistant != nil || c.Company.Assistant.For(company.UseTriage) {
		t.Error("there is an assistant")
	}
	c := parsed(t, base+"assistant: {model: m}\n")
	if !c.Company.Assistant.For(company.UseAnswer) || c.Company.Assistant.Answers("acme") {
		t.Error("customers are answered although nothing says so")
	}
}

func TestTheAssistantsKeyNeverShows(t *testing.T) {
	c := parsed(t, base+"assistant: {model: m, key: '${BOT}'}\n")
	next := parsed(t, base+"assistant: {model: n, key: verysecret2}\n")
	shown := fmt.Sprintf("%v %+v %#v %v", *c.Assistant, *c.Assistant, *c.Assistant, Diff(c, next))
	if strings.Contains(shown, "verysecret") || !strings.Contains(shown, "assistant.model: m → n") {
		t.Error(shown)
	}
}
