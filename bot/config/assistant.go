package config

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sereno/bot/company"
)

var (
	assistantKeys = section{"assistant", []key{
		must("model", "gpt-4o-mini"), may("base_url", defaultAssistantURL), may("key", "${ASSISTANT_KEY}"),
		may("uses", "[triage, answer, summary, article, causes]"), may("answer_customers", "{customers: [acme], confidence: 90%}"),
		may("embeddings", "{model: text-embedding-3-small, dimension: 512}"), may("structured", "json_schema"),
		may("timeout", "20s"), may("concurrency", "4"), may("max_output", "1200"),
		may("prices", "{input: 0.15, output: 0.60}"), may("budget", "{tokens: 2000000, customer_tokens: 200000}"),
		may("redact", "{mail: true, phones: true, names: true}"),
	}}
	answerCustomersKeys = section{"answer_customers", []key{must("customers", "[acme]"), may("confidence", "90%")}}
	embeddingsKeys      = section{"embeddings", []key{must("model", "text-embedding-3-small"), must("dimension", "512"), may("deadline", "400ms")}}
	pricesKeys          = section{"prices", []key{may("input", "0.15"), may("output", "0.60"), may("embeddings", "0.02")}}
	budgetKeys          = section{"budget", []key{
		may("tokens", "2000000"), may("customer_tokens", "200000"), may("cost", "5.00"), may("customer_cost", "0.50"),
	}}
	redactKeys = section{"redact", []key{may("mail", "true"), may("phones", "true"), may("names", "true"), may("patterns", `['\bACME-[0-9]{6}\b']`)}}
)

// What holds where the document says nothing, and the bounds.
const (
	defaultAssistantURL = "https://api.openai.com/v1"
	defaultDeadline     = 400 * time.Millisecond
	defaultAssistTime   = 20 * time.Second
	defaultConcurrency  = 4
	defaultMaxOutput    = 1200
	defaultConfidence   = 0.9
	defaultTokens       = 2_000_000
	defaultPerCustomer  = 200_000
	maxTokens           = 1_000_000_000
)

// Structure is how the endpoint is asked for an answer of a given shape.
type Structure string

// The ways: by its schema, as any JSON, or by words alone.
const (
	BySchema Structure = "json_schema"
	ByJSON   Structure = "json_object"
	ByWords  Structure = "none"
)

var structures = []string{string(BySchema), string(ByJSON), string(ByWords)}

// Assistant is the OpenAI-compatible endpoint and what it may cost.
type Assistant struct {
	// BaseURL is without a slash at its end; Key is "" where the endpoint asks for none.
	BaseURL string
	Key     Secret
	Model   string
	// Embeddings has no model where there are none.
	Embeddings Embeddings
	Structured Structure
	// Timeout is of one call; Concurrency how many are under way at most.
	Timeout     time.Duration
	Concurrency int
	MaxOutput   int // tokens of one answer
	Prices      Prices
	Budget      Budget
	Redact      Redact
}

// Embeddings is the model that gives vectors. Deadline is how long a question
// waits for its own.
type Embeddings struct {
	Model     string
	Dimension int
	Deadline  time.Duration
}

// Prices are those of a million tokens, in any currency; 0 where they are not known.
type Prices struct{ Input, Output, Embeddings float64 }

// Budget bounds a day (UTC), of all and of each customer. 0 is no bound.
type Budget struct {
	Tokens, CustomerTokens int
	Cost, CustomerCost     float64
}

// Redact says what is taken out of what goes to the endpoint besides secrets and
// the numbers of cards, accounts and documents, which always are.
type Redact struct {
	Mail, Phones, Names bool
	Patterns            []*regexp.Regexp
}

// assistant reads the endpoint's part.
func (v value) assistant() *Assistant {
	if !v.present() {
		return nil
	}
	a := &Assistant{
		BaseURL: defaultAssistantURL, Structured: BySchema, Timeout: defaultAssistTime, Concurrency: defaultConcurrency,
		MaxOutput: defaultMaxOutput, Budget: Budget{Tokens: defaultTokens, CustomerTokens: defaultPerCustomer},
		Redact: Redact{Mail: true, Phones: true, Names: true},
	}
	f, ok := v.fields(assistantKeys)
	if !ok {
		return a
	}
	a.BaseURL = f["base_url"].webAddress(defaultAssistantURL, defaultAssistantURL, "https", "http")
	a.Key = Secret(f["key"].setting(""))
	a.Model = f["model"].setting("")
	if s, ok := f["structured"].oneOf(aStructure, structures); ok {
		a.Structured = Structure(s)
	}
	a.Timeout = f["timeout"].durationWithin(time.Second, 5*time.Minute, defaultAssistTime)
	a.Concurrency = f["concurrency"].number(1, 64, defaultConcurrency)
	a.MaxOutput = f["max_output"].number(100, 100_000, defaultMaxOutput)
	a.Embeddings = f["embeddings"].embeddings()
	a.Prices = f["prices"].prices()
	a.Budget = f["budget"].budget(a.Budget, a.Prices)
	a.Redact = f["redact"].redact(a.Redact)
	if a.Key != "" && !f["key"].kept() && !f["base_url"].kept() && inTheOpen(a.BaseURL) {
		f["base_url"].wrong(say(openKey), say(writeEither, "one", "https://", "other", "127.0.0.1"))
	}
	return a
}

// inTheOpen reports whether what is sent to the address can be read on its way:
// another machine than those of our own network, without encryption.
func inTheOpen(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || isLoopback(u.Hostname()) {
		return false
	}
	if ip := net.ParseIP(u.Hostname()); ip != nil {
		return !ip.IsPrivate()
	}
	return strings.Contains(u.Hostname(), ".")
}

func (v value) embeddings() Embeddings {
	f, ok := v.fields(embeddingsKeys)
	if !ok {
		return Embeddings{}
	}
	return Embeddings{
		Model: f["model"].setting(""), Dimension: f["dimension"].number(8, 8192, 0),
		Deadline: f["deadline"].durationWithin(50*time.Millisecond, 5*time.Second, defaultDeadline),
	}
}

func (v value) prices() Prices {
	f, _ := v.fields(pricesKeys)
	return Prices{f["input"].amount(), f["output"].amount(), f["embeddings"].amount()}
}

func (v value) budget(b Budget, p Prices) Budget {
	f, ok := v.fields(budgetKeys)
	if !ok {
		return b
	}
	b.Tokens = f["tokens"].number(0, maxTokens, b.Tokens)
	b.CustomerTokens = f["customer_tokens"].number(0, maxTokens, b.CustomerTokens)
	b.Cost, b.CustomerCost = f["cost"].amount(), f["customer_cost"].amount()
	if (b.Cost > 0 || b.CustomerCost > 0) && p.Input == 0 && p.Output == 0 {
		v.wants(say(costWithoutPrices), say(write, "example", "prices: {input: 0.15, output: 0.60}"))
	}
	return b
}

// amount reads what something costs; 0 where there is none.
func (v value) amount() float64 {
	s, ok := v.plain()
	if !ok {
		return 0
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n <= 1e9) {
		v.wrong(say(notAnAmount, "text", quoted(s)), say(write, "example", "0.15"))
		return 0
	}
	return n
}

func (v value) redact(r Redact) Redact {
	f, ok := v.fields(redactKeys)
	if !ok {
		return r
	}
	r.Mail, r.Phones, r.Names = f["mail"].yes(r.Mail), f["phones"].yes(r.Phones), f["names"].yes(r.Names)
	for _, item := range f["patterns"].atMost(100).items() {
		s, ok := item.plain()
		if !ok {
			continue
		}
		re, err := regexp.Compile(s)
		switch {
		case err != nil:
			item.wrong(say(badPattern, "detail", shown(err.Error())), say(write, "example", `'\bACME-[0-9]{6}\b'`))
		case re.MatchString(""):
			item.wrong(say(matchesNothing), say(write, "example", `'\bACME-[0-9]{6}\b'`))
		default:
			r.Patterns = append(r.Patterns, re)
		}
	}
	return r
}

// yes reads true or false; def where there is none.
func (v value) yes(def bool) bool {
	s, ok := v.oneOf(aSwitch, []string{"true", "false"})
	if !ok {
		return def
	}
	return s == "true"
}

// assists reads what the assistant may do for whom, once the customers are known.
func (r *reader) assists(v value) (out company.Assistant) {
	if !v.present() {
		return out
	}
	known := r.problems
	f, ok := v.fields(assistantKeys)
	r.problems = known // they were told where the endpoint was read
	if !ok {
		return out
	}
	out.Uses, out.Confidence = slices.Clone(company.Uses), defaultConfidence
	if f["uses"].present() {
		out.Uses = nil
		for _, item := range f["uses"].items() {
			if s, ok := item.oneOf(aUse, names(company.Uses)); ok {
				out.Uses = append(out.Uses, company.Use(s))
			}
		}
	}
	a, ok := f["answer_customers"].fields(answerCustomersKeys)
	if !ok {
		return out
	}
	if c := a["customers"]; c.present() && c.node.Value == "all" {
		out.AnswerAll = true
	} else {
		for _, item := range c.items() {
			if r.customers.find(item) != nil {
				out.AnswerTo = append(out.AnswerTo, item.node.Value)
			}
		}
	}
	if s, ok := a["confidence"].plain(); ok {
		share, ok := parseShare(s)
		if !ok || !(share > 0 && share < 1) {
			a["confidence"].wrong(say(notAShare, "text", quoted(s)), say(write, "example", "90%"))
		}
		out.Confidence = share
	}
	return out
}
