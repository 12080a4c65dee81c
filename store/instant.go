package store

import (
	"time"
)

// micros is the instant as it is stored, rounded down; 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// microsUp rounds up: what falls due must never seem due before its instant.
func microsUp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	u := t.UnixMicro()
	if t.After(time.UnixMicro(u)) {
		u++
	}
	return u
}

// instant reads a stored instant.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
