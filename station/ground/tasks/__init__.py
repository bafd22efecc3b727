"""Work that waits for somebody: a carton to put away, a slot to fill, a place to count."""

from station.ground.tasks.models import Origin, Task, TaskState, constraints
from station.ground.tasks.tasks import Tasks

__all__ = ["Origin", "Task", "TaskState", "Tasks", "constraints"]
