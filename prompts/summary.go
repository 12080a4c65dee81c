package prompts

import (
	"context"

	"sereno/bot"
	"sereno/bot/company"
)

const (
	maxSituation = 900
	maxPoint     = 300
	maxPoints    = 8
)

// Summarize implements bot.Assistant.
func (a *Assistant) Summarize(ctx context.Context, r bot.SummaryRequest) (*bot.Summary, []bot.Call, error) {
	s := a.session(r.Thread)
	said := messages(s, r.Thread)
	title := safe(s, r.Title)
	var got bot.Summary
	points := list(words(), 0, maxPoints)
	q := question{
		use: company.UseSummary, subject: r.Subject,
		data:   map[string]any{"title": title, "messages": said},
		schema: object(map[string]schema{"situation": words(), "done": points, "open": points, "next": points}),
	}
	sources := append(textsOf(said), title)
	q.accept = func(answer string) error {
		got = bot.Summary{}
		if err := q.schema.check(answer, &got); err != nil {
			return err
		}
		got.Situation = tidy(got.Situation, true)
		err := first(sized(got.Situation, maxSituation), within(got.Situation, sources...))
		for _, list := range [][]string{got.Done, got.Open, got.Next} {
			for i := range list {
				list[i] = tidy(list[i], true)
				err = first(err, sized(list[i], maxPoint), within(list[i], sources...))
			}
		}
		return err
	}
	calls, err := a.ask(ctx, q)
	if err != nil {
		return nil, calls, err
	}
	got.Situation = s.Restore(got.Situation)
	for _, list := range [][]string{got.Done, got.Open, got.Next} {
		for i := range list {
			list[i] = s.Restore(list[i])
		}
	}
	return &got, calls, nil
}
