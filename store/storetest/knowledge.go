package storetest

import (
	"context"
	"sync"
	"time"

	"sereno/bot"
	"sereno/bot/kb"
)

// article is the nth version of an article that is published.
func article(id string, n int) (kb.Record, kb.Version) {
	content := kb.Article{ID: id, Title: "T " + id, Kind: kb.FAQ, Language: "es", Tags: []string{"a"}, ReviewBy: noon.Truncate(24 * time.Hour), Text: "uno\ndos"}
	head := content
	head.Text = ""
	return kb.Record{ID: id, State: kb.Published, Latest: n, Public: n, Head: head, PublicAt: noon},
		kb.Version{Article: id, N: n, Content: content, By: "ana", Why: "porque sí", At: noon}
}

func (s *suite) publish(id string, n int) {
	s.Helper()
	s.update(func(ctx context.Context, tx bot.Tx) error {
		r, v := article(id, n)
		if err := tx.AddVersion(ctx, v); err != nil {
			return err
		}
		return tx.SaveArticle(ctx, &r)
	})
}

func (s *suite) since(revision int64) (ids []string, public []bool, newest int64) {
	s.Helper()
	s.view(func(ctx context.Context, tx bot.Tx) error {
		changes, n, err := tx.ArticlesSince(ctx, revision)
		newest = n
		for _, c := range changes {
			ids, public = append(ids, c.Record.ID), append(public, c.Public != nil)
		}
		return err
	})
	return ids, public, newest
}

// lists expects the articles that are asked for.
func (s *suite) lists(q bot.ArticleQuery, want ...string) {
	s.Helper()
	s.view(func(ctx context.Context, tx bot.Tx) error {
		found, err := tx.Articles(ctx, q)
		ids := []string{}
		for _, r := range found {
			ids = append(ids, r.ID)
		}
		s.equal(ids, append([]string{}, want...))
		return err
	})
}

var knowledge = []promise{
	{"what was told of a source is told to the next who asks, and to one of several at once first", func(s *suite) {
		told := func(source string) (was []string) {
			s.update(func(ctx context.Context, tx bot.Tx) (err error) {
				if was, err = tx.SourceTold(ctx, source); err != nil {
					return err
				}
				return tx.SaveSourceTold(ctx, source, []string{"kb/a.md:1: wrong"})
			})
			return was
		}
		first := 0
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				was := told("kb")
				mu.Lock()
				defer mu.Unlock()
				if len(was) == 0 {
					first++
				}
			})
		}
		all.Wait()
		s.equal(first, 1)
		s.equal(told("kb"), []string{"kb/a.md:1: wrong"})
		s.equal(len(told("wiki")), 0)
	}},
	{"an article and its versions are read back whole, the head without its text", func(s *suite) {
		s.publish("a", 1)
		s.publish("a", 2)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			want, version := article("a", 2)
			got, err := tx.Article(ctx, "a")
			s.ok(err)
			want.Revision = got.Revision
			s.equal(*got, want)
			v, err := tx.ArticleVersion(ctx, "a", 2)
			s.ok(err)
			s.equal(*v, version)
			all, err := tx.ArticleVersions(ctx, "a")
			s.ok(err)
			s.equal([]int{all[0].N, all[1].N, len(all)}, []int{1, 2, 2})
			_, err = tx.Article(ctx, "b")
			s.fails(err, bot.ErrNotFound)
			_, err = tx.ArticleVersion(ctx, "a", 3)
			s.fails(err, bot.ErrNotFound)
			return nil
		})
	}},
	{"a version is never written over", func(s *suite) {
		s.publish("a", 1)
		_, v := article("a", 1)
		if err := s.Update(s.Context(), func(tx bot.Tx) error { return tx.AddVersion(s.Context(), v) }); err == nil {
			s.Error("the version was written twice")
		}
	}},
	{"articles are listed by what they are asked for", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for _, r := range []kb.Record{
				{ID: "c", State: kb.Draft, Latest: 1, Incident: 7},
				{ID: "b", State: kb.Published, Source: "./kb"},
				{ID: "a", State: kb.Published, Head: kb.Article{Translates: "b"}},
			} {
				if err := tx.SaveArticle(ctx, &r); err != nil {
					return err
				}
			}
			return nil
		})
		for _, tt := range []struct {
			q    bot.ArticleQuery
			want []string
		}{
			{bot.ArticleQuery{}, []string{"a", "b", "c"}},
			{bot.ArticleQuery{State: kb.Published}, []string{"a", "b"}},
			{bot.ArticleQuery{Source: "./kb"}, []string{"b"}},
			{bot.ArticleQuery{Translates: "b"}, []string{"a"}},
			{bot.ArticleQuery{Incident: 7}, []string{"c"}},
			{bot.ArticleQuery{IDs: []string{"c", "a", "x"}}, []string{"a", "c"}},
			{bot.ArticleQuery{IDs: []string{"a"}, State: kb.Draft}, []string{}},
		} {
			s.lists(tt.q, tt.want...)
		}
	}},
	{"articles are up for review from their day on, or once people put them up for it", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error {
			day := noon.Truncate(24 * time.Hour)
			for _, r := range []kb.Record{
				{ID: "asked", State: kb.Published, Public: 1, ReviewBy: day.AddDate(1, 0, 0), Asked: &kb.Evidence{At: noon}},
				{ID: "draft", State: kb.Draft, ReviewBy: day},
				{ID: "later", State: kb.Published, Public: 1, ReviewBy: day.AddDate(0, 0, 1)},
				{ID: "never", State: kb.Published, Public: 1},
				{ID: "today", State: kb.Published, Public: 1, ReviewBy: day},
				{ID: "was", State: kb.Published, Public: 1, ReviewBy: day},
				{ID: "was", State: kb.Archived},
			} {
				if err := tx.SaveArticle(ctx, &r); err != nil {
					return err
				}
			}
			return nil
		})
		s.lists(bot.ArticleQuery{DueBy: noon}, "asked", "today")
		s.lists(bot.ArticleQuery{DueBy: noon.Add(-24 * time.Hour)}, "asked")
		s.lists(bot.ArticleQuery{DueBy: noon, State: kb.Published, IDs: []string{"today", "later"}}, "today")
	}},
	{"articles are unread whose published version must be read, by who has not read that", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for id, public := range map[string]int{"first": 1, "second": 2, "third": 1, "none": 0} {
				for n, must := range []bool{true, false} {
					_, v := article(id, n+1)
					v.Content.MustRead = must
					if err := tx.AddVersion(ctx, v); err != nil {
						return err
					}
				}
				r, _ := article(id, 2)
				r.Public = public
				if err := tx.SaveArticle(ctx, &r); err != nil {
					return err
				}
			}
			for _, read := range []bot.ArticleRead{{Article: "first", Person: "ana", Version: 1, At: noon}, {Article: "third", Person: "ana", Version: 2, At: noon}} {
				if err := tx.SaveRead(ctx, read); err != nil {
					return err
				}
			}
			return nil
		})
		s.lists(bot.ArticleQuery{UnreadBy: "ana"}, "third")
		s.lists(bot.ArticleQuery{UnreadBy: "luis"}, "first", "third")
	}},
	{"whoever follows the articles hears of each change once, with what is published", func(s *suite) {
		s.publish("a", 1)
		s.publish("b", 1)
		ids, public, first := s.since(0)
		s.equal(ids, []string{"a", "b"})
		s.equal(public, []bool{true, true})
		none, _, same := s.since(first)
		s.equal(len(none), 0)
		s.equal(same, first)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			r, err := tx.Article(ctx, "a")
			if err != nil {
				return err
			}
			r.State, r.Public = kb.Archived, 0
			return tx.SaveArticle(ctx, r)
		})
		ids, public, next := s.since(first)
		s.equal(ids, []string{"a"})
		s.equal(public, []bool{false})
		if next <= first {
			s.Errorf("revision %d after %d", next, first)
		}
	}},
	{"nothing that is committed while others look is missed by who asks again", func(s *suite) {
		var writers sync.WaitGroup
		for _, id := range []string{"a", "b", "c", "d"} {
			writers.Go(func() {
				for n := 1; n <= 5; n++ {
					r, v := article(id, n)
					err := s.Update(s.Context(), func(tx bot.Tx) error {
						if err := tx.SaveArticle(s.Context(), &r); err != nil {
							return err
						}
						return tx.AddVersion(s.Context(), v)
					})
					if err != nil {
						s.Error(err)
					}
				}
			})
		}
		written := make(chan struct{})
		go func() { writers.Wait(); close(written) }()
		known, revision := map[string]int{}, int64(0)
		look := func() {
			s.view(func(ctx context.Context, tx bot.Tx) error {
				changes, newest, err := tx.ArticlesSince(ctx, revision)
				revision = newest
				for _, c := range changes {
					known[c.Record.ID] = c.Record.Public
				}
				return err
			})
		}
		for over := false; !over; {
			select {
			case <-written:
				over = true
			default:
			}
			look()
		}
		s.equal(known, map[string]int{"a": 5, "b": 5, "c": 5, "d": 5})
	}},
	{"who has read which version is known by article and by person, the first time of each", func(s *suite) {
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for _, r := range []bot.ArticleRead{
				{Article: "a", Person: "luis", Version: 1, At: after(time.Minute)},
				{Article: "a", Person: "ana", Version: 1, At: noon},
				{Article: "a", Person: "ana", Version: 1, At: after(time.Hour)},
				{Article: "a", Person: "ana", Version: 2, At: after(2 * time.Hour)},
				{Article: "b", Person: "ana", Version: 1, At: after(3 * time.Hour)},
			} {
				if err := tx.SaveRead(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			a1 := bot.ArticleRead{Article: "a", Person: "ana", Version: 1, At: noon}
			a2 := bot.ArticleRead{Article: "a", Person: "ana", Version: 2, At: after(2 * time.Hour)}
			got, err := tx.ArticleReads(ctx, "a")
			s.equal(got, []bot.ArticleRead{a1, {Article: "a", Person: "luis", Version: 1, At: after(time.Minute)}, a2})
			return err
		})
	}},
	{"searches are listed by time and by incident, and change", func(s *suite) {
		for i, incident := range []int{0, 7, 0} {
			s.update(func(ctx context.Context, tx bot.Tx) error {
				x := &bot.KBSearch{Question: "¿qué?", Language: "es", Incident: incident, Found: []bot.FoundArticle{{ID: "a", Confidence: 0.5}}, At: after(time.Duration(i) * time.Hour)}
				err := tx.AddSearch(ctx, x)
				if x.ID == 0 {
					s.Error("the search got no ID")
				}
				return err
			})
		}
		var all []bot.KBSearch
		s.view(func(ctx context.Context, tx bot.Tx) (err error) {
			all, err = tx.Searches(ctx, noon, after(2*time.Hour), 0, 10)
			s.equal(len(all), 2) // the end is open
			rest, err2 := tx.Searches(ctx, noon, after(5*time.Hour), all[0].ID, 1)
			s.ok(err2)
			s.equal(rest, all[1:])
			of, err2 := tx.SearchesOf(ctx, 7)
			s.ok(err2)
			s.equal(of, all[1:])
			none, err2 := tx.SearchesOf(ctx, 0)
			s.ok(err2)
			s.equal(len(none), 0)
			return err
		})
		all[0].Incident, all[0].Shown = 9, 1
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveSearch(ctx, all[0]) })
		s.view(func(ctx context.Context, tx bot.Tx) error {
			of, err := tx.SearchesOf(ctx, 9)
			s.equal(of, all[:1])
			return err
		})
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.SaveSearch(s.Context(), bot.KBSearch{ID: 99}) }), bot.ErrNotFound)
	}},
	{"a gap is one for the same questions, and is dismissed until somebody takes that back", func(s *suite) {
		add := func(searches ...int64) bot.KBGap {
			g := bot.KBGap{Searches: searches, Example: searches[0], Incidents: []int{7}, Product: "API"}
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddGap(ctx, &g) })
			return g
		}
		dismissed := func(from time.Time) (out []bot.KBGap) {
			s.view(func(ctx context.Context, tx bot.Tx) (err error) {
				out, err = tx.DismissedGaps(ctx, from)
				return err
			})
			return out
		}
		save := func(g bot.KBGap) {
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveGap(ctx, g) })
		}
		a, b := add(1, 2), add(1, 2, 3)
		s.equal(len(dismissed(noon)), 0)
		a.Dismissed, a.DismissedBy = noon, "vera"
		save(a)
		b.Dismissed, b.DismissedBy = after(time.Hour), "ana"
		save(b)
		s.equal(dismissed(noon), []bot.KBGap{b, a})
		s.equal(dismissed(after(time.Minute)), []bot.KBGap{b})
		s.equal(add(1, 2).ID, a.ID)
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.Gap(ctx, a.ID)
			s.ok(err)
			s.equal(*got, a)
			_, err = tx.Gap(ctx, 99)
			s.fails(err, bot.ErrNotFound)
			return nil
		})
		a.Dismissed, a.DismissedBy = time.Time{}, ""
		save(a)
		s.equal(dismissed(noon), []bot.KBGap{b})
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.SaveGap(s.Context(), bot.KBGap{ID: 99}) }), bot.ErrNotFound)
	}},
	{"feedback is heard of when it is given and when it is undone", func(s *suite) {
		f := bot.KBFeedback{Article: "a", Version: 2, Product: "API", Customer: "acme", Incident: 7, By: "maria", Outcome: bot.KBSolved, At: noon}
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddFeedback(ctx, &f) })
		var revision int64
		heard := func() (out []bot.KBFeedback) {
			s.view(func(ctx context.Context, tx bot.Tx) (err error) {
				out, revision, err = tx.FeedbackSince(ctx, revision)
				return err
			})
			return out
		}
		s.equal(heard(), []bot.KBFeedback{f})
		s.equal(len(heard()), 0)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			return tx.UndoFeedback(ctx, f.ID, "vera", after(time.Hour))
		})
		f.Undone, f.UndoneBy = after(time.Hour), "vera"
		s.equal(heard(), []bot.KBFeedback{f})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.FeedbackOf(ctx, "a")
			s.ok(err)
			s.equal(got, []bot.KBFeedback{f})
			one, err := tx.Feedback(ctx, f.ID)
			s.equal(*one, f)
			return err
		})
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.UndoFeedback(s.Context(), 99, "x", noon) }), bot.ErrNotFound)
	}},
	{"an article has one embedding of a model, and those of others can be forgotten", func(s *suite) {
		one := bot.Embedding{Article: "a", Version: 1, Model: "m", Vector: []float32{1, -0.5, 3e-8}}
		save := func(e bot.Embedding) {
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.SaveEmbedding(ctx, e) })
		}
		save(bot.Embedding{Article: "a", Version: 1, Model: "m", Vector: []float32{0, 0, 0}})
		one.Version = 2
		save(one)
		save(bot.Embedding{Article: "b", Version: 1, Model: "old", Vector: []float32{1, 2}})
		s.update(func(ctx context.Context, tx bot.Tx) error {
			n, err := tx.ForgetEmbeddings(ctx, "m", 3)
			s.equal(n, 1)
			return err
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.Embeddings(ctx, "m", 3)
			s.ok(err)
			s.equal(got, []bot.Embedding{one})
			none, err := tx.Embeddings(ctx, "old", 2)
			s.equal(len(none), 0)
			return err
		})
	}},
	{"a job is handed out once it is due, and again when nobody ended it", func(s *suite) {
		j := bot.Job{Kind: "triage", Subject: "INC-7", Incident: 7, Body: "{}", Due: after(time.Minute)}
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddJob(ctx, &j) })
		take := func(now time.Time) (out []bot.Job) {
			s.update(func(ctx context.Context, tx bot.Tx) (err error) {
				out, err = tx.TakeJobs(ctx, now, time.Minute, 5)
				return err
			})
			return out
		}
		s.equal(len(take(noon)), 0)
		got := take(after(time.Minute))
		s.equal(len(got), 1)
		s.equal([]any{got[0].ID, got[0].Kind, got[0].Subject, got[0].Incident, got[0].Body, got[0].Tries}, []any{j.ID, "triage", "INC-7", 7, "{}", 0})
		s.equal(len(take(after(90*time.Second))), 0)
		again := take(after(2 * time.Minute))
		s.equal([]int{len(again), again[0].Tries}, []int{1, 1})
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.PutOffJob(ctx, j.ID, after(time.Hour)) })
		s.equal(len(take(after(59*time.Minute))), 0)
		s.update(func(ctx context.Context, tx bot.Tx) error { return tx.JobDone(ctx, j.ID) })
		s.equal(len(take(after(2*time.Hour))), 0)
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.JobDone(s.Context(), j.ID) }), bot.ErrNotFound)
	}},
	{"the same job is wanted once, and who works on the one before does not end it", func(s *suite) {
		first := bot.Job{Kind: "triage", Subject: "INC-7", Body: "1", Due: noon}
		second := first
		second.Body = "2"
		for _, j := range []*bot.Job{&first, &second} {
			s.update(func(ctx context.Context, tx bot.Tx) error { return tx.AddJob(ctx, j) })
		}
		s.fails(s.Update(s.Context(), func(tx bot.Tx) error { return tx.JobDone(s.Context(), first.ID) }), bot.ErrNotFound)
		s.update(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.TakeJobs(ctx, noon, time.Minute, 5)
			s.equal(len(got), 1)
			s.equal(got[0].Body, "2")
			return err
		})
	}},
	{"calls of the assistant are listed, and summed by customer and time", func(s *suite) {
		call := func(customer string, tokens int, at time.Time) bot.Call {
			return bot.Call{Prompt: "triage", Version: "3", Model: "m", TokensIn: tokens, TokensOut: 1, Cost: 0.25, Latency: time.Second, Outcome: bot.CallDone, Customer: customer, At: at}
		}
		calls := []bot.Call{call("acme", 10, noon), call("globex", 20, after(time.Minute)), call("acme", 40, after(time.Hour)), call("", 80, after(2*time.Hour))}
		s.update(func(ctx context.Context, tx bot.Tx) error {
			for _, c := range calls {
				if err := tx.AddCall(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		s.view(func(ctx context.Context, tx bot.Tx) error {
			got, err := tx.Calls(ctx, noon, after(2*time.Hour), 2)
			s.ok(err)
			s.equal(got, calls[1:3])
			of, err := tx.Spent(ctx, "acme", noon, after(time.Hour))
			s.ok(err)
			s.equal(of, bot.Spending{Tokens: 11, Cost: 0.25})
			all, err := tx.Spent(ctx, "", noon, after(3*time.Hour))
			s.ok(err)
			s.equal(all, bot.Spending{Tokens: 154, Cost: 1})
			none, err := tx.Spent(ctx, "nobody", noon, after(3*time.Hour))
			s.equal(none, bot.Spending{})
			return err
		})
	}},
}
