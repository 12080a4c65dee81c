package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Listener is an adapter that hears its platform over connections of its own.
type Listener interface {
	// DeafSince is since when there is no connection; the zero instant while there
	// is one, and where none is needed. It does no IO.
	DeafSince() time.Time
}

// deafFor is how long a platform may not be heard until it is told outside:
// connections are replaced within seconds, and servers restarted within a minute.
const deafFor = 2 * time.Minute

// Hears says which platforms have not been heard for so long that somebody should
// look: what people write there waits, and pages go another way.
func (b *Bot) Hears(context.Context) []string {
	var out []string
	for _, platform := range slices.Sorted(maps.Keys(b.adapters)) {
		l, ok := b.adapters[platform].(Listener)
		if !ok || b.lost.get(platform) != nil { // which is told already
			continue
		}
		if since := l.DeafSince(); !since.IsZero() && time.Since(since) >= deafFor {
			out = append(out, fmt.Sprintf("%s: not connected since %s", platform, since.UTC().Format(time.RFC3339)))
		}
	}
	return out
}
