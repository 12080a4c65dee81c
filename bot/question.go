package bot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"sereno/bot/kb"
)

const (
	// embedWithin is how long a question waits for its vector where the options do
	// not say.
	embedWithin = 400 * time.Millisecond
	// rememberFor is how long the vector of a question is known, or that there is none.
	rememberFor = time.Minute
	// maxRemembered bounds how many are.
	maxRemembered = 512
)

// wantsVector is a decision that cannot be made well without the vector of a text,
// which only the network has. It is rolled back, the vector is asked for outside of
// any transaction, and the decision is made again, with it or without.
type wantsVector struct {
	text    string
	subject Subject
}

func (w *wantsVector) Error() string { return "the vector of a question is not here yet" }

// suggest finds articles by words and, where there are vectors, by meaning.
func (d *Desk) suggest(q kb.Query) ([]kb.Suggestion, error) {
	q, err := d.withVector(q)
	if err != nil {
		return nil, err
	}
	return d.bot.Articles.Suggest(q), nil
}

// search is suggest for somebody who asked.
func (d *Desk) search(q kb.Query) ([]kb.Suggestion, error) {
	q, err := d.withVector(q)
	if err != nil {
		return nil, err
	}
	return d.bot.Articles.Search(q), nil
}

// withVector gives the question its vector, where one came in time.
func (d *Desk) withVector(q kb.Query) (kb.Query, error) {
	now := d.bot.engaged.Load()
	if now.embedder == nil || q.Text == "" {
		return q, nil
	}
	v, known := now.questions.known(q.Text, d.bot.Clock.Now())
	if !known && d.event != nil {
		return q, &wantsVector{q.Text, Subject{Customer: q.Customer, Language: q.Language}}
	}
	q.Vector = v
	return q, nil
}

// questions are texts that were asked about a moment ago, with their vectors.
type questions struct {
	mu  sync.Mutex
	all map[string]*question
}

// question is a text whose vector is asked for once, whoever wants it.
type question struct {
	done   chan struct{} // closed when it is known whether there is one
	vector []float32     // nil where none came
	at     time.Time
}

// known is the vector of the text; false while nobody has asked for it.
func (q *questions) known(text string, now time.Time) ([]float32, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	x := q.all[text]
	if x == nil || now.Sub(x.at) > rememberFor {
		return nil, false
	}
	select {
	case <-x.done:
		return x.vector, true
	default:
		return nil, false
	}
}

// begin answers the question about the text, and whether the caller is the one to ask it.
func (q *questions) begin(text string, now time.Time) (x *question, mine bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if x := q.all[text]; x != nil && now.Sub(x.at) <= rememberFor {
		return x, false
	}
	if q.all == nil || len(q.all) >= maxRemembered {
		q.all = map[string]*question{}
	}
	x = &question{done: make(chan struct{}), at: now}
	q.all[text] = x
	return x, true
}

// embedQuestion asks for a vector and waits for it, a short while.
func (b *Bot) embedQuestion(ctx context.Context, w *wantsVector) {
	now := b.engaged.Load()
	if now.embedder == nil { // since it was asked for
		return
	}
	x, mine := now.questions.begin(w.text, b.Clock.Now())
	if !mine {
		<-x.done // whoever asks does not wait for long
		return
	}
	defer close(x.done)
	asking, cancel := context.WithTimeout(ctx, now.within)
	defer cancel()
	vectors, calls, err := b.embed(asking, now.embedder, w.subject, []string{w.text})
	if err == nil {
		x.vector = vectors[0]
	}
	b.keepCalls(ctx, calls)
}

// embed asks for vectors. A panic in it is an error.
func (b *Bot) embed(ctx context.Context, by Embedder, s Subject, texts []string) (out [][]float32, calls []Call, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	out, calls, err = by.Embed(ctx, s, texts)
	if err == nil && len(out) != len(texts) {
		return nil, calls, errors.New("there is not one vector for each text")
	}
	return out, calls, err
}

// keepCalls stores what was asked of the endpoint.
func (b *Bot) keepCalls(ctx context.Context, calls []Call) {
	err := b.Store.Update(ctx, func(tx Tx) error {
		for _, c := range calls {
			if err := tx.AddCall(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Logger.Warn("a call of the assistant's endpoint is not counted", "error", err)
	}
}
