package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sereno/adapters/internal/gaps"
	"sereno/bot"
)

// take hands one arrival to the inbox, in its turn, and then calls done with
// the outcome: nil when it is durable or there was nothing in it.
func (a *Adapter) take(ctx context.Context, s *session, it arrival, done func(error)) {
	if it.event == nil {
		done(nil)
		return
	}
	came := time.Now()
	a.lanes.Run(it.lane, func() {
		e := it.event(ctx)
		if e == nil {
			done(nil)
			return
		}
		done(a.accept(ctx, s.in, *e, a.tune.hold-time.Since(came)))
	})
}

// accept makes a live event durable. A message waits for those before it, and
// its edit or deletion for the message; what has no place in the order of the
// history does not. It may wait no longer than hold, which ran while others were
// before it in its lane.
func (a *Adapter) accept(ctx context.Context, in bot.Inbox, e bot.Event, hold time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, a.tune.accept)
	defer cancel()
	switch e.Kind {
	case bot.MessagePosted, bot.MessageEdited, bot.MessageDeleted:
		err := a.history.Wait(ctx, e.Channel, hold)
		if err != nil && (!errors.Is(err, gaps.ErrBehind) || a.history.Keep(e.Channel, e)) {
			return err
		}
	}
	if err := in.Accept(ctx, e); err != nil {
		a.behind(in, e)
		return fmt.Errorf("accept %s: %w", e.Key, err)
	}
	if e.Kind == bot.MessagePosted {
		a.history.Met(e.Channel, e.Message)
	}
	return nil
}

// behind keeps what the inbox did not take until it does, and what is said in
// the channel after it: Slack insists three times within some minutes, and a
// store may be away for longer. Of a channel that is not served there is no
// history to catch up with; its gate would never be opened.
func (a *Adapter) behind(in bot.Inbox, e bot.Event) {
	switch e.Kind {
	case bot.MessagePosted, bot.MessageEdited, bot.MessageDeleted:
		if slices.Contains(in.Channels(Platform), e.Channel) {
			a.history.Close([]string{e.Channel})
			a.history.Keep(e.Channel, e)
			a.history.Ask()
		}
	}
}

// refused counts and logs what is not let in. Neither the payload nor any
// header is logged: they hold people's words and proofs of identity.
func (a *Adapter) refused(in bot.Inbox, reason string, err error) {
	in.Refused(Platform, reason)
	a.log.Warn("refused what came in", "reason", reason, "err", err)
}

// unaccepted logs what the inbox did not take; it is offered again.
func (a *Adapter) unaccepted(err error) {
	if errors.Is(err, gaps.ErrBehind) || errors.Is(err, context.Canceled) {
		a.log.Debug("not acknowledged yet", "err", err)
		return
	}
	a.log.Error("not acknowledged: the inbox did not take it", "err", err)
}
