package mattermost

import (
	"context"
	"errors"
	"fmt"

	"sereno/bot"
)

// arrival is a payload that was understood but not yet put into the core's
// words: that may need a person's name, and so waits for its turn.
type arrival struct {
	// lane is the order that it keeps to; "" for what concerns nobody.
	lane string
	// event answers nothing when there is nothing in it for the bot.
	event func(ctx context.Context) *bot.Event
}

// live hands over what the socket brought, in its turn. Nobody waits for the
// outcome: the server would not bring it again. What the inbox does not take
// closes the channel's gate, and comes in when catching up ends.
func (a *Adapter) live(ctx context.Context, s *session, it arrival) {
	if it.event == nil {
		return
	}
	a.lanes.Run(it.lane, func() {
		e := it.event(ctx)
		if e == nil || a.history.keep(*e) {
			return
		}
		if err := a.accept(ctx, s.in, *e); err != nil {
			a.history.behind(*e)
			a.history.ask()
			a.unaccepted(err)
			return
		}
		a.history.met(*e)
	})
}

// called hands over what came by HTTP, in its turn, and answers whether it is
// durable. The person is told when it is not, and can try again.
func (a *Adapter) called(ctx context.Context, s *session, it arrival) error {
	outcome := make(chan error, 1)
	a.lanes.Run(it.lane, func() {
		e := it.event(ctx)
		if e == nil {
			outcome <- nil
			return
		}
		outcome <- a.accept(ctx, s.in, *e)
	})
	return <-outcome
}

func (a *Adapter) accept(ctx context.Context, in bot.Inbox, e bot.Event) error {
	ctx, cancel := context.WithTimeout(ctx, a.tune.accept)
	defer cancel()
	if err := in.Accept(ctx, e); err != nil {
		return fmt.Errorf("accept %s: %w", e.Key, err)
	}
	return nil
}

// refused counts and logs what is not let in. Nothing of the payload is logged:
// it holds people's words and proofs.
func (a *Adapter) refused(in bot.Inbox, reason string, err error) {
	in.Refused(Platform, reason)
	a.log.Warn("refused what came in", "reason", reason, "err", err)
}

// unaccepted logs what the inbox did not take.
func (a *Adapter) unaccepted(err error) {
	if errors.Is(err, context.Canceled) {
		a.log.Debug("not accepted", "err", err)
		return
	}
	a.log.Error("the inbox did not take it; it is tried again", "err", err)
}

// malformed is a payload that makes no sense.
type malformed string

func (m malformed) Error() string { return "malformed: " + string(m) }
