package prompts

import (
	"context"
	"fmt"
	"slices"

	"sereno/bot"
	"sereno/bot/company"
)

const (
	maxPassages  = 6
	maxSentences = 8
	maxSentence  = 500
)

// passage is one as the model sees it. Its id is given for this call alone.
type passage struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Answer implements bot.Assistant. Without passages nothing is asked.
func (a *Assistant) Answer(ctx context.Context, r bot.AnswerRequest) (*bot.AnswerProposal, []bot.Call, error) {
	if len(r.Passages) == 0 {
		return &bot.AnswerProposal{}, nil, nil
	}
	s := a.session(r.Thread)
	given := r.Passages[:min(len(r.Passages), maxPassages)]
	passages := make([]passage, len(given))
	ids := make([]string, len(given))
	for i, p := range given {
		ids[i] = fmt.Sprintf("P%d", i+1)
		passages[i] = passage{ids[i], safe(s, p.Title), safe(s, p.Text)}
	}
	asked := safe(s, r.Question)
	var got struct {
		Covered    bool
		Sentences  []bot.Sentence
		Confidence float64
	}
	q := question{
		use: company.UseAnswer, subject: r.Subject,
		data: map[string]any{"question": asked, "messages": messages(s, r.Thread), "passages": passages},
		schema: object(map[string]schema{
			"covered":    {"type": "boolean"},
			"sentences":  list(object(map[string]schema{"text": words(), "sources": list(oneOf(ids...), 1, len(ids))}), 0, maxSentences),
			"confidence": {"type": "number", "minimum": 0, "maximum": 1},
		}),
	}
	grounded := true
	q.accept = func(answer string) error {
		got.Sentences, grounded = nil, true
		if err := q.schema.check(answer, &got); err != nil {
			return err
		}
		if !got.Covered {
			got.Sentences = nil
			return nil
		}
		if len(got.Sentences) == 0 {
			return failed(bot.CallInvalid, "it is covered and says nothing")
		}
		for i := range got.Sentences {
			ok, err := checkSentence(&got.Sentences[i], passages, asked)
			if err != nil {
				return err
			}
			grounded = grounded && ok
		}
		return nil
	}
	calls, err := a.ask(ctx, q)
	if err != nil {
		return nil, calls, err
	}
	out := &bot.AnswerProposal{Confidence: got.Confidence, Grounded: grounded && got.Covered}
	for _, x := range got.Sentences {
		x.Text = s.Restore(x.Text)
		for j, id := range x.Sources {
			x.Sources[j] = given[slices.Index(ids, id)].Article
		}
		slices.Sort(x.Sources)
		x.Sources = slices.Compact(x.Sources)
		out.Sentences = append(out.Sentences, x)
	}
	return out, calls, nil
}

// checkSentence refuses one that holds what its sources do not, and tells whether
// they say it in the same words. Numbers may be the question's too: "HTTP 500".
func checkSentence(x *bot.Sentence, passages []passage, asked string) (grounded bool, err error) {
	x.Text = tidy(x.Text, true)
	var sources []string
	for _, p := range passages {
		if slices.Contains(x.Sources, p.ID) {
			sources = append(sources, p.Title, p.Text)
		}
	}
	err = first(sized(x.Text, maxSentence), within(x.Text, sources...), counted(x.Text, append(sources, asked)...))
	return shares(x.Text, sources...), err
}
