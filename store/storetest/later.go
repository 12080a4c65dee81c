package storetest

var timers, records, messages, transactions, together []promise
