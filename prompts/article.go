package prompts

import (
	"context"
	"strings"

	"sereno/bot"
	"sereno/bot/company"
)

const (
	maxSection = 4000
	maxTags    = 8
	maxTag     = 40
)

// DraftArticle implements bot.Assistant. What was taken out of the incident is put
// back only where the draft holds it too: an article has other readers.
func (a *Assistant) DraftArticle(ctx context.Context, r bot.ArticleRequest) (*bot.ArticleProposal, []bot.Call, error) {
	named := make([]bot.Utterance, len(r.Names))
	for i, n := range r.Names {
		named[i].Author = n
	}
	s := a.session(r.Thread, named)
	said := messages(s, r.Thread)
	draft := safe(s, r.Draft)
	about := map[string]any{"title": safe(s, r.Title), "messages": said, "resolution": safe(s, r.Resolution), "cause": safe(s, r.Cause), "draft": draft}
	sources := append(textsOf(said), safe(s, r.Title), safe(s, r.Resolution), safe(s, r.Cause), draft)
	var got bot.ArticleProposal
	q := question{
		use: company.UseArticle, subject: r.Subject, data: about,
		schema: object(map[string]schema{
			"title": words(), "symptom": words(), "cause": words(), "solution": words(), "tags": list(words(), 0, maxTags),
		}),
	}
	q.accept = func(answer string) error {
		got = bot.ArticleProposal{}
		if err := q.schema.check(answer, &got); err != nil {
			return err
		}
		got.Title = s.Reveal(tidy(got.Title, true), draft, ellipsis)
		err := first(sized(got.Title, maxTitle), linkless(got.Title), within(got.Title, sources...))
		for _, part := range []*string{&got.Symptom, &got.Cause, &got.Solution} {
			*part = tidy(*part, false)
			err = first(err, linkless(*part), within(*part, sources...))
			*part = s.Reveal(*part, draft, ellipsis)
			if part != &got.Cause || *part != "" {
				err = first(err, sized(*part, maxSection))
			}
		}
		for i, tag := range got.Tags {
			got.Tags[i] = strings.ToLower(tidy(tag, true))
			err = first(err, sized(got.Tags[i], maxTag), linkless(tag), within(tag, sources...), unmarked(tag))
		}
		return err
	}
	calls, err := a.ask(ctx, q)
	if err != nil {
		return nil, calls, err
	}
	return &got, calls, nil
}

// unmarked refuses placeholders.
func unmarked(text string) error {
	if redactless(text) != text {
		return failed(bot.CallInvalid, "it holds a mark where none may be")
	}
	return nil
}
