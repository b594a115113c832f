"""The queue of boards: a board begins when its host is free and a slot is, and no slow one holds up another."""

from models import BoardTask
from rolling import SLOW_A_HOST, SLOW_A_SLOT, SLOW_SECONDS, Queue

LATER = SLOW_SECONDS + 1


def queue_of(slots: int, *hosts: str, is_paced: bool = True) -> Queue:
    """A queue in which board 1 waits for the first host, board 2 for the second, and so on."""
    queue = Queue(slots, is_paced)
    for number, host in enumerate(hosts, 1):
        queue.put(BoardTask(number, "test", f"board-{number}"), host)
    return queue


def begin(queue: Queue, now: float = 0.0, busy: tuple[str, ...] = ()) -> list[int]:
    """The boards that begin now."""
    begun = []
    while (task := queue.next(lambda host: host not in busy, now)) is not None:
        begun.append(task.board_id)
    return begun


def test_boards_of_one_host_follow_one_another_and_leave_the_slots_to_others():
    queue = queue_of(4, *["shared"] * 200, "a", "b")
    assert begin(queue) == [1, 201, 202]
    queue.end(1)
    assert begin(queue) == [2]


def test_a_host_in_its_pause_takes_no_slot():
    queue = queue_of(1, "resting", "free")
    assert begin(queue, busy=("resting",)) == [2]
    queue.end(2)
    assert begin(queue, busy=("resting",)) == []
    assert begin(queue) == [1]


def test_hosts_take_turns():
    queue = queue_of(1, "a", "a", "a", "b", "c")
    order = []
    while not queue.is_empty():
        (board,) = begin(queue)
        order.append(board)
        queue.end(board)
    assert order == [1, 4, 5, 2, 3]


def test_a_slow_board_gives_up_its_slot_and_its_host():
    queue = queue_of(1, "a", "a", "b")
    assert begin(queue) == [1]
    assert begin(queue, SLOW_SECONDS - 1) == []
    assert begin(queue, LATER) == [3]  # hosts take turns
    queue.end(3)
    assert begin(queue, LATER) == [2]  # beside the slow one of its host
    queue.end(1)
    queue.end(2)
    assert queue.is_empty()


def test_slow_boards_have_their_bounds():
    a_host = queue_of(100, *["a"] * (SLOW_A_HOST + 2))
    begun = [begin(a_host, turn * LATER) for turn in range(SLOW_A_HOST + 3)]
    assert begun == [[number] for number in range(1, SLOW_A_HOST + 1)] + [[]] * 3
    hosts = SLOW_A_SLOT + 3
    in_all = queue_of(1, *(f"host-{number}" for number in range(hosts)))
    begun = [begin(in_all, turn * LATER) for turn in range(hosts + 1)]
    assert sum(map(len, begun)) == SLOW_A_SLOT + 1


def test_under_replay_only_the_slots_count():
    queue = queue_of(3, "a", "a", "a", "a", is_paced=False)
    assert begin(queue, busy=("a",)) == [1, 2, 3]


def test_what_waits_can_be_taken_back():
    queue = queue_of(1, "a", "b", "c")
    assert begin(queue) == [1]
    assert sorted(queue.drop()) == [2, 3]
    assert not queue.is_empty()
    queue.end(1)
    assert queue.is_empty()


def test_what_has_been_under_way_for_long_is_known():
    queue = queue_of(2, "a", "b")
    begin(queue, 100.0)
    assert queue.begun_before(100.0) == []
    assert sorted(queue.begun_before(101.0)) == [1, 2]
