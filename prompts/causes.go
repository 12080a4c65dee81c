package prompts

import (
	"context"
	"slices"
	"strings"

	"sereno/bot"
	"sereno/bot/company"
)

const (
	maxCauses   = 3
	maxCause    = 300
	maxEvidence = 300
)

// ProposeCauses implements bot.Assistant. Without messages nothing is asked.
func (a *Assistant) ProposeCauses(ctx context.Context, r bot.CausesRequest) (*bot.CausesProposal, []bot.Call, error) {
	if len(r.Thread) == 0 {
		return &bot.CausesProposal{}, nil, nil
	}
	s := a.session(r.Thread)
	said := messages(s, r.Thread)
	ids, whys := make([]string, len(said)), make([]string, len(r.Whys))
	for i, m := range said {
		ids[i] = m.ID
	}
	for i, w := range r.Whys {
		whys[i] = safe(s, w)
	}
	sources := append(append(textsOf(said), whys...), safe(s, r.Title), safe(s, r.Resolution))
	var got struct {
		Causes []struct{ Text, Message, Evidence string }
	}
	q := question{
		use: company.UseCauses, subject: r.Subject,
		data: map[string]any{"title": safe(s, r.Title), "messages": said, "resolution": safe(s, r.Resolution), "whys": whys},
		schema: object(map[string]schema{
			"causes": list(object(map[string]schema{"text": words(), "message": oneOf(ids...), "evidence": words()}), 0, maxCauses),
		}),
	}
	q.accept = func(answer string) error {
		got.Causes = nil
		if err := q.schema.check(answer, &got); err != nil {
			return err
		}
		for i := range got.Causes {
			c := &got.Causes[i]
			c.Text = tidy(c.Text, true)
			m := said[slices.Index(ids, c.Message)]
			err := first(sized(c.Text, maxCause), linkless(c.Text), within(c.Text, sources...), sized(c.Evidence, maxEvidence))
			if err != nil {
				return err
			}
			if !strings.Contains(flat(m.Text), flat(c.Evidence)) || flat(c.Evidence) == "" {
				return failed(bot.CallInvalid, "its evidence is not in the message that it names")
			}
		}
		return nil
	}
	calls, err := a.ask(ctx, q)
	if err != nil {
		return nil, calls, err
	}
	out := &bot.CausesProposal{}
	for _, c := range got.Causes {
		out.Causes = append(out.Causes, bot.Cause{Text: s.Restore(c.Text), Evidence: s.Restore(tidy(c.Evidence, true))})
	}
	return out, calls, nil
}

// flat is the text on one line: a quotation may break it elsewhere.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }
