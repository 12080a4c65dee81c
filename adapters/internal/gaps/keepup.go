package gaps

import (
	"context"
	"time"
)

// Forever is a time that Wait does not see the end of.
const Forever = time.Duration(1<<63 - 1)

// KeepUp reads the history whenever that is asked for, and now and then compares
// the two: a message in the history that was not brought live means that the
// connection has gone deaf, however alive it looks. It ends with the context's
// error or with that of a reading.
//
// Every sweep it compares. Where no connection can be opened, what was said can
// still be read: that is done, once, when patience ends.
func KeepUp(ctx context.Context, asked <-chan struct{}, sweep, patience time.Duration,
	read func(ctx context.Context, comparing bool) error,
) error {
	sweeps := time.NewTicker(sweep)
	defer sweeps.Stop()
	unconnected := time.NewTimer(patience)
	defer unconnected.Stop()
	for {
		comparing := false
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-asked:
		case <-unconnected.C:
		case <-sweeps.C:
			comparing = true
		}
		unconnected.Stop()
		if err := read(ctx, comparing); err != nil {
			return err
		}
	}
}
