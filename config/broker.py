"""A worker that could not acknowledge goes on working.

kombu 5.7 counts a message as in progress until Redis has confirmed its acknowledgement. When Redis is frozen at that
moment the confirmation never comes, the message keeps its place, and with as many places as processes the worker takes
no work any more, for good and without a word. Here the place is given up; Redis hands the message out again after the
visibility timeout, which every task bears.
"""

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        except redis.Transport.connection_errors:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue)
        except redis.Transport.connection_errors:
            virtual.QoS.ack(self, delivery_tag)
            raise


def install() -> None:
    redis.Channel.QoS = QoS
