package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"sereno/bot/company"
	"sereno/bot/incident"
)

const (
	// assistFor bounds the work on one job; its lease runs longer, so that no other
	// has the job meanwhile.
	assistFor   = 90 * time.Second
	assistLease = 2 * time.Minute
	// assistTries is how often a job is begun: once, and once more after a crash.
	assistTries = 2
)

// errNothingToAsk: there is nothing that the assistant could help with any more.
var errNothingToAsk = errors.New("nothing to ask")

// apply is what comes of an answer: it is decided as anything else is, in a
// transaction in which the job ends too.
type apply func(d *Desk, inc *incident.Incident) error

// assistance is one thing that is asked of the assistant: read collects the
// request from a snapshot, or answers errNothingToAsk; what it gives asks, outside
// of any transaction.
type assistance struct {
	use  company.Use
	read func(d *Desk, inc *incident.Incident, j Job) (ask, error)
}

type ask func(ctx context.Context, a Assistant) (apply, []Call, error)

// assistances by the kinds of jobs.
var assistances = map[string]assistance{
	jobTriage:  {company.UseTriage, (*Desk).readTriage},
	jobAnswer:  {company.UseAnswer, (*Desk).readAnswer},
	jobSummary: {company.UseSummary, (*Desk).readSummary},
	jobArticle: {company.UseArticle, (*Desk).readArticle},
	jobCauses:  {company.UseCauses, (*Desk).readCauses},
}

// The kinds of jobs.
const (
	jobTriage  = "triage"
	jobAnswer  = "answer"
	jobSummary = "summary"
	jobArticle = "article" // its subject is the article's id
	jobCauses  = "causes"
)

// assisted reports whether the assistant is there and may be asked for that.
func (d *Desk) assisted(u company.Use) bool {
	return d.bot.engaged.Load().assistant != nil && d.company.Assistant.For(u)
}

// wish leaves a job for the assistant, which begins once this is committed. Where
// there is none, nothing is left.
func (d *Desk) wish(kind, subject string, inc *incident.Incident) error {
	if !d.assisted(assistances[kind].use) || inc.Drill {
		return nil
	}
	err := d.tx.AddJob(d.ctx, &Job{Kind: kind, Subject: subject, Incident: inc.Number, Due: d.now})
	if err != nil {
		return fmt.Errorf("ask the assistant for %s of %s: %w", kind, inc.ID(), err)
	}
	return nil
}

// assistNext does the next job of the assistant's; false when there is none. When
// ctx ends meanwhile the job is left for the next start.
func (b *Bot) assistNext(ctx context.Context) (bool, error) {
	assistant := b.engaged.Load().assistant
	if assistant == nil {
		return false, nil
	}
	decided := context.WithoutCancel(ctx)
	var jobs []Job
	err := b.Store.Update(decided, func(tx Tx) (err error) {
		jobs, err = tx.TakeJobs(decided, b.Clock.Now(), assistLease, 1)
		return err
	})
	if err != nil || len(jobs) == 0 {
		return false, err
	}
	j := jobs[0]
	then, calls, err := b.assist(ctx, assistant, j)
	if ctx.Err() != nil {
		return true, b.Store.Update(decided, func(tx Tx) error { return tx.PutOffJob(decided, j.ID, b.Clock.Now()) })
	}
	if err != nil && !errors.Is(err, errNothingToAsk) {
		b.Logger.Info("without the assistant", "kind", j.Kind, "incident", incidentID(j.Incident), "reason", err)
	}
	return true, b.settleJob(decided, j, then, calls)
}

// assist asks what the job wants to be asked. A panic in it is an error.
func (b *Bot) assist(ctx context.Context, assistant Assistant, j Job) (then apply, calls []Call, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	kind, ok := assistances[j.Kind]
	if !ok || j.Tries >= assistTries {
		return nil, nil, fmt.Errorf("a job of kind %q that was begun %d times is dropped", j.Kind, j.Tries)
	}
	ctx, cancel := context.WithTimeout(ctx, assistFor)
	defer cancel()
	var asks ask
	err = b.Store.View(ctx, func(tx Tx) error {
		d := b.desk(ctx, tx, nil, b.Clock.Now())
		if !d.assisted(kind.use) {
			return errNothingToAsk
		}
		inc, err := d.incident(j.Incident)
		if errors.Is(err, ErrNotFound) {
			return errNothingToAsk
		}
		if err != nil {
			return err
		}
		asks, err = kind.read(d, inc, j)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return asks(ctx, assistant)
}

// settleJob ends the job, with what came of it. One that is not there any more was
// ended by another process, or wished anew: then only its calls are counted.
func (b *Bot) settleJob(ctx context.Context, j Job, then apply, calls []Call) error {
	err := b.Store.Update(ctx, func(tx Tx) error {
		for _, c := range calls {
			if err := tx.AddCall(ctx, c); err != nil {
				return err
			}
		}
		err := tx.JobDone(ctx, j.ID)
		if errors.Is(err, ErrNotFound) || err == nil && then == nil {
			return nil
		}
		if err != nil {
			return err
		}
		d := b.desk(ctx, tx, nil, b.Clock.Now())
		inc, err := d.incident(j.Incident)
		if err != nil {
			return err
		}
		if err := then(d, inc); err != nil {
			return err
		}
		return d.finish()
	})
	if err != nil {
		return fmt.Errorf("what the assistant said of %s: %w", incidentID(j.Incident), err)
	}
	b.raiseAll()
	return nil
}

// assistAll does the assistant's jobs until ctx ends.
func (b *Bot) assistAll(ctx context.Context) {
	for ctx.Err() == nil {
		worked, err := b.assistNext(ctx)
		switch {
		case err != nil:
			b.outage.failed(b.Logger, b.Clock.Now(), "the assistant's work waits", err)
			pause(ctx, sick)
		case !worked:
			select {
			case <-ctx.Done():
			case <-b.jobs:
			}
		}
	}
}

// Spent implements Ledger over a store.
type spent struct{ store Store }

// LedgerOf is what the store's calls have cost.
func LedgerOf(s Store) Ledger { return spent{s} }

// Spent implements Ledger.
func (l spent) Spent(ctx context.Context, customer string, day time.Time) (out Spending, err error) {
	from := day.UTC().Truncate(24 * time.Hour)
	err = l.store.View(ctx, func(tx Tx) error {
		out, err = tx.Spent(ctx, customer, from, from.Add(24*time.Hour))
		return err
	})
	return out, err
}
