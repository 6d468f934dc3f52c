//! The kernel's fixed structures as C lays them out: each field on a multiple of its own alignment.

/// A field of a structure, or a whole one.
pub trait Field: Sized {
    /// How many bytes it takes, padding at its end included.
    const LEN: usize;
    /// It begins on a multiple of this.
    const ALIGN: usize;

    /// Reads it from the beginning of `bytes`; nothing where they are too few.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Writes it to the beginning of `bytes`, which are enough and zero.
    fn write(&self, bytes: &mut [u8]);

    /// Its bytes.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![0; Self::LEN];
        self.write(&mut bytes);
        bytes
    }

    /// Reads it whole, padding included, and gives what stands behind it.
    fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (its, rest) = bytes.split_at_checked(Self::LEN)?;
        Some((Self::read(its)?, rest))
    }
}

/// A number in network order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Be<T>(pub T);

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Field for $type {
            const LEN: usize = size_of::<$type>();
            const ALIGN: usize = size_of::<$type>();

            fn read(bytes: &[u8]) -> Option<Self> {
                bytes.first_chunk().map(|bytes| Self::from_ne_bytes(*bytes))
            }

            fn write(&self, bytes: &mut [u8]) {
                bytes[..Self::LEN].copy_from_slice(&self.to_ne_bytes());
            }
        }

        impl Field for Be<$type> {
            const LEN: usize = <$type>::LEN;
            const ALIGN: usize = <$type>::ALIGN;

            fn read(bytes: &[u8]) -> Option<Self> {
                <$type>::read(bytes).map(|value| Be(<$type>::from_be(value)))
            }

            fn write(&self, bytes: &mut [u8]) {
                self.0.to_be().write(bytes);
            }
        }
    )*};
}
numbers!(u8 u16 u32 u64 i32);

/// `xfrm_address_t`: an IPv6 address, or an IPv4 address in the first four bytes.
impl Field for [u8; 16] {
    const LEN: usize = 16;
    const ALIGN: usize = 4;

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.first_chunk().copied()
    }

    fn write(&self, bytes: &mut [u8]) {
        bytes[..16].copy_from_slice(self);
    }
}

/// The next field of `bytes`, which stands at `at` or behind the padding there.
pub(super) fn next<T: Field>(bytes: &[u8], at: &mut usize) -> Option<T> {
    let start = at.next_multiple_of(T::ALIGN);
    *at = start + T::LEN;
    T::read(bytes.get(start..*at)?)
}

/// Writes a field at `at` or behind the padding there.
pub(super) fn put<T: Field>(field: &T, bytes: &mut [u8], at: &mut usize) {
    let start = at.next_multiple_of(T::ALIGN);
    *at = start + T::LEN;
    field.write(&mut bytes[start..*at]);
}

/// Defines a structure and its bytes from the list of its fields.
macro_rules! structure {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$about])* pub $field: $type,)*
        }

        impl $crate::rtnl::xfrm::Field for $name {
            const ALIGN: usize = {
                let mut align = 1;
                $(if <$type>::ALIGN > align { align = <$type>::ALIGN; })*
                align
            };
            const LEN: usize = {
                let mut at = 0usize;
                $(at = at.next_multiple_of(<$type>::ALIGN) + <$type>::LEN;)*
                at.next_multiple_of(Self::ALIGN)
            };

            fn read(bytes: &[u8]) -> Option<Self> {
                let mut at = 0;
                Some($name { $($field: $crate::rtnl::xfrm::wire::next(bytes, &mut at)?,)* })
            }

            fn write(&self, bytes: &mut [u8]) {
                let mut at = 0;
                $($crate::rtnl::xfrm::wire::put(&self.$field, bytes, &mut at);)*
            }
        }
    };
}
pub(super) use structure;

#[cfg(test)]
mod tests {
    use super::*;

    structure! {
        /// A byte, padding, 32 bits, a byte and padding.
        Sample {
            /// First.
            a: u8,
            /// Second.
            b: Be<u32>,
            /// Third.
            c: u8,
        }
    }

    #[test]
    fn fields_stand_where_c_puts_them() {
        let sample = Sample { a: 1, b: Be(2), c: 3 };
        let bytes = [1, 0, 0, 0, 0, 0, 0, 2, 3, 0, 0, 0];
        assert_eq!((Sample::LEN, sample.encode()), (12, bytes.to_vec()));
        assert_eq!(Sample::split(&[&bytes[..], &[9]].concat()), Some((sample, &[9][..])));
        assert_eq!(Sample::split(&bytes[..11]), None);
    }
}
