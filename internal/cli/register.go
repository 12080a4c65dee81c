package cli

import (
	"context"
	"log/slog"
	"time"
)

// registerWaits are the pauses before each try to register commands: a platform
// may be away when we start.
var registerWaits = []time.Duration{0, 30 * time.Second, 10 * time.Minute}

// register tells a platform of the commands, if it knows others. Nobody waits
// for it, and what fails is said: the bot works with the commands of before.
func register(ctx context.Context, log *slog.Logger, platform string, apply func(context.Context) (bool, error)) {
	for _, wait := range registerWaits {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		changed, err := apply(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && changed:
			log.Info("the commands are registered", "platform", platform)
			return
		case err == nil:
			log.Info("the commands are registered already", "platform", platform)
			return
		}
		log.Warn("the commands could not be registered; “sereno manifest "+platform+" --apply” does it by hand", "platform", platform, "error", err)
	}
}
