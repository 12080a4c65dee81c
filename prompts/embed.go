package prompts

import (
	"context"
	"math"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"sereno/bot"
)

const (
	// embedPrompt is the name of these calls among the others.
	embedPrompt = "embed"
	// embedAtOnce is how many texts one request carries at most.
	embedAtOnce = 64
	// maxEmbedded bounds a text, in bytes: models take some 8,000 tokens.
	maxEmbedded = 20_000
)

// Space implements bot.Embedder.
func (a *Assistant) Space() (model string, dim int) {
	return a.settings.Embeddings.Model, a.settings.Embeddings.Dimension
}

// Embed implements bot.Embedder. The texts are redacted as all others.
func (a *Assistant) Embed(ctx context.Context, s bot.Subject, texts []string) ([][]float32, []bot.Call, error) {
	var out [][]float32
	var calls []bot.Call
	for len(texts) > 0 {
		n := min(len(texts), embedAtOnce)
		vectors, call, err := a.embed(ctx, s, texts[:n])
		calls = append(calls, call)
		if err != nil {
			return nil, calls, err
		}
		out, texts = append(out, vectors...), texts[n:]
	}
	return out, calls, nil
}

func (a *Assistant) embed(ctx context.Context, s bot.Subject, texts []string) (out [][]float32, c bot.Call, err error) {
	ctx, cancel := context.WithTimeout(ctx, a.settings.Timeout)
	defer cancel()
	c = bot.Call{Prompt: embedPrompt, Version: "1", Model: a.settings.Embeddings.Model, Incident: s.Incident, Customer: s.Customer, At: a.clock.Now()}
	began := time.Now()
	defer func() { a.settle(&c, began, err) }()
	session, estimate := a.session(), 0
	sent := make([]string, len(texts))
	for i, t := range texts {
		if len(t) > maxRead {
			t = t[:maxRead]
		}
		sent[i] = cut(session.Redact(t), maxEmbedded)
		if sent[i] == "" {
			sent[i] = " " // endpoints refuse nothing
		}
		estimate += tokens(sent[i])
	}
	if err := a.affordable(ctx, a.vectors, s.Customer); err != nil {
		return nil, c, err
	}
	defer a.vectors.reserve(s.Customer, estimate)()
	err = a.vectors.pass(ctx, func() error {
		res, err := a.endpoint.CreateEmbeddings(ctx, a.embeddings(sent))
		if err = told(ctx, err); err != nil {
			return err
		}
		if c.TokensIn = res.Usage.PromptTokens; c.TokensIn <= 0 {
			c.TokensIn = estimate
		}
		out, err = ordered(res.Data, len(sent), a.settings.Embeddings.Dimension)
		return err
	})
	return out, c, err
}

func (a *Assistant) embeddings(texts []string) openai.EmbeddingRequestStrings {
	r := openai.EmbeddingRequestStrings{Input: texts, Model: openai.EmbeddingModel(a.settings.Embeddings.Model), EncodingFormat: openai.EmbeddingEncodingFormatFloat}
	if shortens(a.settings.Embeddings.Model) {
		r.Dimensions = a.settings.Embeddings.Dimension
	}
	return r
}

// shortens reports whether the model gives as many dimensions as it is asked for;
// others refuse to be asked.
func shortens(model string) bool {
	const family = "text-embedding-3"
	return len(model) >= len(family) && model[:len(family)] == family
}

// ordered are the vectors in the order of the texts, of length 1.
func ordered(data []openai.Embedding, n, dim int) ([][]float32, error) {
	out := make([][]float32, n)
	for _, d := range data {
		if d.Index < 0 || d.Index >= n || out[d.Index] != nil {
			return nil, failed(bot.CallInvalid, "it is not one vector for each text")
		}
		if len(d.Embedding) != dim {
			return nil, failed(bot.CallInvalid, "a vector has %d dimensions, and %d are configured", len(d.Embedding), dim)
		}
		v, ok := unit(d.Embedding)
		if !ok {
			return nil, failed(bot.CallInvalid, "a vector has no direction")
		}
		out[d.Index] = v
	}
	for _, v := range out {
		if v == nil {
			return nil, failed(bot.CallInvalid, "it is not one vector for each text")
		}
	}
	return out, nil
}

// unit makes the vector's length 1; false where it has none.
func unit(v []float32) ([]float32, bool) {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	length := math.Sqrt(sum)
	if length == 0 || math.IsNaN(length) || math.IsInf(length, 0) {
		return nil, false
	}
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(float64(x) / length)
	}
	return out, true
}
