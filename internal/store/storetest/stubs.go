package storetest

var (
	outboxTests, peopleTests, hostileTests, concurrentTests, randomTests []test
)
