package adaptertest

import (
	"time"

	"sereno/bot"
)

// Flood is a platform that enforces its documented limits, and an adapter with
// the durations of production.
type Flood struct {
	Adapter bot.Adapter
	Wire    Wire
	// Channels are those into which messages are poured, all served and writable.
	Channels []string
	// Least is the shortest time in which the limits let n messages into each of
	// the channels.
	Least func(n int) time.Duration
}

// FloodSetup makes a platform with so many channels. All ends with the test.
type FloodSetup func(channels int) Flood
