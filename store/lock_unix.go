//go:build unix

package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	"sereno/bot/text"
)

// lockFile takes the lock that keeps a second process from the same database.
// The system lets go of it when the process ends, however it ends. The file
// stays: removing it would let two processes lock two files of one name.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		who, _ := io.ReadAll(io.LimitReader(f, 20)) // empty when its holder has not written it yet
		err = errors.Join(err, f.Close())
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, text.NewError("store.taken", "pid", holderName(who))
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0) // a courtesy to who is refused; the lock counts without it
	}
	return f.Close, nil
}

// holderName is the number of the process, "?" where it is not known.
func holderName(pid []byte) string {
	if p := strings.TrimSpace(string(pid)); p != "" {
		return p
	}
	return "?"
}
